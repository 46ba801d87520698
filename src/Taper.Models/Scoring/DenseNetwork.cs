using System.Collections.Concurrent;
using Microsoft.ML.OnnxRuntime;
using Taper.Embeddings.Storage;
using Taper.Models.Onnx;

namespace Taper.Models.Scoring;

/// <summary>The dense network of a bundle in ONNX Runtime, and the buffers that feed it. Thread-safe.</summary>
internal sealed class DenseNetwork : IDisposable
{
    /// <summary>Rows fed at once: what the network reads then fits a core's own cache.</summary>
    private const int MostRows = 256;

    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly NetworkWidths widths;
    private readonly ConcurrentBag<NetworkFeed> feeds = []; // as many as threads have ever scored at once

    /// <exception cref="ArtifactException">The network cannot be loaded, or does not fit the manifest.</exception>
    public DenseNetwork(Bundle bundle, int threads)
    {
        widths = NetworkWidths.Of(bundle.Manifest);
        session = Load(bundle.NetworkPath, threads);
        try
        {
            int inputs = Expect(bundle, NetworkGraph.Embeddings, widths.Embeddings)
                + Expect(bundle, NetworkGraph.Numeric, widths.Numeric)
                + Expect(bundle, NetworkGraph.FirstOrder, widths.FirstOrder);
            if (session.InputMetadata.Count != inputs || !session.OutputMetadata.ContainsKey(NetworkGraph.Probability))
            {
                throw Unfit(bundle, "has other inputs or outputs");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Scores rows.</summary>
    /// <param name="columns">Of all fields; each of as many rows as are scored, or of one that stands for all.</param>
    /// <param name="probabilities">One for each row.</param>
    public void Run(ReadOnlySpan<FieldColumn> columns, Span<float> probabilities)
    {
        NetworkFeed feed = feeds.TryTake(out NetworkFeed? free) ? free : new NetworkFeed(session, widths);
        try
        {
            int runs = (probabilities.Length + MostRows - 1) / MostRows;
            for (int run = 0; run < runs; run++)
            {
                int count = (probabilities.Length + runs - 1) / runs; // the last run may repeat rows: all are of one length
                int first = Math.Min(run * count, probabilities.Length - count);
                feed.Run(options, columns, first, probabilities.Slice(first, count));
            }
        }
        finally
        {
            feeds.Add(feed);
        }
    }

    public void Dispose()
    {
        while (feeds.TryTake(out NetworkFeed? feed))
        {
            feed.Dispose();
        }

        options.Dispose();
        session.Dispose();
    }

    private static InferenceSession Load(string path, int threads)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        try
        {
            return new InferenceSession(path, options);
        }
        catch (OnnxRuntimeException e)
        {
            throw new ArtifactException($"{path} cannot be loaded ({e.Message.ReplaceLineEndings(" ")}); export the bundle again.", e);
        }
    }

    /// <summary>How many inputs of that name there have to be: none of width 0.</summary>
    private int Expect(Bundle bundle, string input, int width)
    {
        if (!session.InputMetadata.TryGetValue(input, out NodeMetadata? metadata))
        {
            return width == 0 ? 0 : throw Unfit(bundle, $"lacks the input '{input}'");
        }

        return metadata.ElementType == typeof(float) && metadata.Dimensions.Length == 2 && metadata.Dimensions[1] == width
            ? 1
            : throw Unfit(bundle, $"has an input '{input}' of another shape");
    }

    private static ArtifactException Unfit(Bundle bundle, string problem) =>
        new($"{bundle.NetworkPath} does not fit the manifest: it {problem}; export the bundle again.");
}
