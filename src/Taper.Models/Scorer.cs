using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;
using Taper.Models.Scoring;

namespace Taper.Models;

/// <summary>
/// Scores raw rows with a bundle: embeddings from its compact tables, the dense network through ONNX Runtime.
/// Thread-safe; each thread has a batch of its own.
/// </summary>
public sealed class Scorer : IDisposable
{
    private readonly DenseNetwork network;

    private Scorer(Bundle bundle, DenseNetwork network)
    {
        Bundle = bundle;
        this.network = network;
    }

    /// <summary>The bundle.</summary>
    public Bundle Bundle { get; }

    /// <summary>The feature fields, in the order in which a row's values are given.</summary>
    public IReadOnlyList<FeatureField> Fields => Bundle.Fields;

    /// <summary>Opens a bundle for scoring.</summary>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="threads">Threads that one call of <c>Score</c> uses for the dense network, 1 or more.</param>
    /// <exception cref="ArtifactException">The bundle is missing, damaged, altered, or of a newer version.</exception>
    public static Scorer Open(string folder, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        return Open(Bundle.Open(folder), threads);
    }

    /// <summary>Opens a bundle whose rows lie elsewhere: only batches of fetched rows can be made and scored.</summary>
    /// <exception cref="ArtifactException">Manifest or network is missing, damaged, altered, or of a newer version.</exception>
    internal static Scorer OpenWithoutRows(string folder) => Open(Bundle.OpenWithoutRows(folder), threads: 1);

    private static Scorer Open(Bundle bundle, int threads)
    {
        try
        {
            return new Scorer(bundle, new DenseNetwork(bundle, threads));
        }
        catch
        {
            bundle.Dispose();
            throw;
        }
    }

    /// <summary>An empty batch for this scorer.</summary>
    public FeatureBatch CreateBatch() => new(Bundle);

    /// <summary>An empty batch of candidates for this scorer: the rows of one user, or one context.</summary>
    public CandidateBatch CreateCandidates() => new(Bundle.Fields, Bundle.TableOf);

    /// <summary>An empty batch of candidates that are scored with rows which are fetched for it.</summary>
    internal CandidateBatch CreateFetched(FetchedRows rows) => new(Bundle.Fields, rows.TableOf);

    /// <summary>The number of a field: its place among <see cref="Fields"/>.</summary>
    /// <exception cref="ScoringException">The model has no field of that name.</exception>
    public int FieldNumber(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach ((int number, FeatureField field) in Fields.Index())
        {
            if (field.Name == name)
            {
                return number;
            }
        }

        throw new ScoringException($"The model has no field '{name}'; its fields are {string.Join(", ", Fields.Select(field => field.Name))}.");
    }

    /// <summary>Scores the rows of a batch.</summary>
    /// <param name="batch">Made by this scorer.</param>
    /// <param name="probabilities">Receives one probability for each row, in their order.</param>
    /// <exception cref="ScoringException">A row's probability is not a number: a numeric value of it is too large.</exception>
    public void Score(FeatureBatch batch, Span<float> probabilities)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentOutOfRangeException.ThrowIfLessThan(probabilities.Length, batch.Count, nameof(probabilities));
        Run(batch.Columns(), probabilities[..batch.Count], "Row");
    }

    /// <summary>Scores candidates, each as a row of its own would be.</summary>
    /// <param name="candidates">Made by this scorer.</param>
    /// <param name="probabilities">Receives one probability for each candidate, in their order.</param>
    /// <exception cref="ScoringException">
    /// A candidate's probability is not a number: a numeric value is too large.
    /// </exception>
    public void Score(CandidateBatch candidates, Span<float> probabilities)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentOutOfRangeException.ThrowIfLessThan(probabilities.Length, candidates.Count, nameof(probabilities));
        Run(candidates.Columns(), probabilities[..candidates.Count], "Candidate");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        network.Dispose();
        Bundle.Dispose();
    }

    private void Run(ReadOnlySpan<FieldColumn> columns, Span<float> probabilities, string row)
    {
        network.Run(columns, probabilities);
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (!float.IsFinite(probabilities[i]))
            {
                throw new ScoringException($"{row} {i + 1} of the batch has no finite probability: a numeric value of it is too large for the network.");
            }
        }
    }
}
