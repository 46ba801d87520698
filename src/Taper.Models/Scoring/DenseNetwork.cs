using System.Buffers;
using Microsoft.ML.OnnxRuntime;
using Taper.Embeddings.Storage;
using Taper.Models.Onnx;

namespace Taper.Models.Scoring;

/// <summary>The dense network of a bundle in ONNX Runtime, and the buffers that feed it. Thread-safe.</summary>
internal sealed class DenseNetwork : IDisposable
{
    /// <summary>Rows fed at once: more than a cache holds gains nothing.</summary>
    private const int MostRows = 1024;

    private static readonly string[] Outputs = [NetworkGraph.Probability];
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly string[] inputs;
    private readonly int embeddingWidth;
    private readonly int numericWidth;
    private readonly bool hasFirstOrder;

    /// <exception cref="ArtifactException">The network cannot be loaded, or does not fit the manifest.</exception>
    public DenseNetwork(Bundle bundle, int threads)
    {
        int embedded = bundle.Fields.Count(field => field.HasEmbedding);
        embeddingWidth = embedded * bundle.Manifest.Dimension;
        numericWidth = bundle.Fields.Count - embedded;
        hasFirstOrder = NetworkGraph.HasFirstOrder(bundle.Manifest.Network);
        session = Load(bundle.NetworkPath, threads);
        try
        {
            Expect(bundle, NetworkGraph.Embeddings, embeddingWidth);
            Expect(bundle, NetworkGraph.Numeric, numericWidth);
            Expect(bundle, NetworkGraph.FirstOrder, hasFirstOrder ? 1 : 0);
            inputs = [NetworkGraph.Embeddings, .. numericWidth > 0 ? [NetworkGraph.Numeric] : Array.Empty<string>(), .. hasFirstOrder ? [NetworkGraph.FirstOrder] : Array.Empty<string>()];
            if (session.InputMetadata.Count != inputs.Length || !session.OutputMetadata.ContainsKey(NetworkGraph.Probability))
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

    /// <summary>Scores all rows of a batch.</summary>
    /// <exception cref="ScoringException">A probability is not a number.</exception>
    public void Run(FeatureBatch batch, Span<float> probabilities)
    {
        for (int first = 0; first < batch.Count; first += MostRows)
        {
            int count = Math.Min(MostRows, batch.Count - first);
            Run(batch, first, probabilities.Slice(first, count));
        }

        for (int row = 0; row < probabilities.Length; row++)
        {
            if (!float.IsFinite(probabilities[row]))
            {
                throw new ScoringException($"Row {row + 1} of the batch has no finite probability: a numeric value of it is too large for the network.");
            }
        }
    }

    public void Dispose()
    {
        options.Dispose();
        session.Dispose();
    }

    private void Run(FeatureBatch batch, int first, Span<float> probabilities)
    {
        int count = probabilities.Length;
        float[] embeddings = ArrayPool<float>.Shared.Rent(count * embeddingWidth);
        float[] numeric = ArrayPool<float>.Shared.Rent(count * numericWidth);
        float[] firstOrder = ArrayPool<float>.Shared.Rent(count);
        try
        {
            Gather(batch, first, embeddings.AsSpan(0, count * embeddingWidth));
            GatherNumbers(batch, first, numeric.AsSpan(0, count * numericWidth));
            if (hasFirstOrder)
            {
                SumFirstOrder(batch, first, firstOrder.AsSpan(0, count));
            }

            List<OrtValue> fed = [Feed(embeddings, count, embeddingWidth)];
            if (numericWidth > 0)
            {
                fed.Add(Feed(numeric, count, numericWidth));
            }

            if (hasFirstOrder)
            {
                fed.Add(Feed(firstOrder, count, 1));
            }

            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, inputs, fed, Outputs);
            fed.ForEach(value => value.Dispose());
            outputs[0].GetTensorDataAsSpan<float>().CopyTo(probabilities);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(embeddings);
            ArrayPool<float>.Shared.Return(numeric);
            ArrayPool<float>.Shared.Return(firstOrder);
        }
    }

    private static void Gather(FeatureBatch batch, int first, Span<float> embeddings)
    {
        int dimension = batch.Dimension;
        int stride = batch.Embedded.Length * dimension;
        for (int field = 0; field < batch.Embedded.Length; field++)
        {
            batch.Embedded[field].Gather(first, embeddings.Length / stride, embeddings[(field * dimension)..], stride);
        }
    }

    private static void GatherNumbers(FeatureBatch batch, int first, Span<float> numbers)
    {
        int at = 0;
        for (int row = first; at < numbers.Length; row++)
        {
            foreach (NumericColumn column in batch.Numeric)
            {
                numbers[at++] = column[row];
            }
        }
    }

    private static void SumFirstOrder(FeatureBatch batch, int first, Span<float> sums)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] = 0;
            foreach (EmbeddedColumn column in batch.Embedded)
            {
                sums[i] += column.FirstOrder(first + i);
            }
        }
    }

    private static OrtValue Feed(float[] values, int rows, int width) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(0, rows * width), [rows, width]);

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

    private void Expect(Bundle bundle, string input, int width)
    {
        if (!session.InputMetadata.TryGetValue(input, out NodeMetadata? metadata))
        {
            if (width > 0)
            {
                throw Unfit(bundle, $"lacks the input '{input}'");
            }
        }
        else if (metadata.ElementType != typeof(float) || metadata.Dimensions.Length != 2 || metadata.Dimensions[1] != width)
        {
            throw Unfit(bundle, $"has an input '{input}' of another shape");
        }
    }

    private static ArtifactException Unfit(Bundle bundle, string problem) =>
        new($"{bundle.NetworkPath} does not fit the manifest: it {problem}; export the bundle again.");
}
