using Taper.Embeddings.Features;
using Taper.Models;
using Taper.Training.Runs;

namespace Taper.Studies.Replays;

/// <summary>What became of feature values and their embedding sizes from one run to the next. Immutable.</summary>
/// <param name="All">Values there are.</param>
/// <param name="New">Values that the earlier run did not have.</param>
/// <param name="Gone">Values that the later one does not have.</param>
/// <param name="Grown">Values that keep more than before.</param>
/// <param name="Shrunk">Values that keep less.</param>
public sealed record ValueChanges(long All, long New, long Gone, long Grown, long Shrunk)
{
    /// <summary>Compares two runs; the first one is null where there was none.</summary>
    public static ValueChanges Between(TrainedRun? earlier, TrainedRun later)
    {
        ArgumentNullException.ThrowIfNull(later);
        Dictionary<(int, ulong), byte> sizes = [];
        if (earlier is not null)
        {
            Visit(earlier, (vocabulary, key, size) => sizes[(vocabulary, key)] = size);
        }

        long all = 0, fresh = 0, grown = 0, shrunk = 0;
        Visit(later, (vocabulary, key, size) =>
        {
            all++;
            if (!sizes.Remove((vocabulary, key), out byte before))
            {
                fresh++;
                return;
            }

            grown += size > before ? 1 : 0;
            shrunk += size < before ? 1 : 0;
        });
        return new ValueChanges(all, fresh, sizes.Count, grown, shrunk);
    }

    private static void Visit(TrainedRun run, Action<int, ulong, byte> visitor)
    {
        IReadOnlyList<VocabularySizes> sizes = run.Sizes;
        for (int v = 0; v < sizes.Count; v++)
        {
            (int vocabulary, IReadOnlyList<byte> ofVocabulary) = (v, sizes[v].Sizes);
            run.Dataset.Vocabularies[v].Values.Visit((id, value) =>
            {
                if (id >= BundleVocabulary.Reserved)
                {
                    visitor(vocabulary, FeatureKey.Hash(value), ofVocabulary[id]);
                }
            });
        }
    }
}
