using Taper.Embeddings;
using Taper.Training.Runs;
using Taper.Training.Sizing;

namespace Taper.Training.Tapering;

/// <summary>
/// Tapers a trained model: aligns the dimensions of every vocabulary, so that prefixes carry the most, and keeps of each
/// value what the budget allows. Before rows are cut the model predicts as it did.
/// </summary>
internal static class Taperer
{
    /// <summary>Aligns the model, and gives its sizer the sizes of prefixes.</summary>
    /// <exception cref="TrainingException">The budget is too small for one default row a vocabulary.</exception>
    public static void Taper(SizeSearch search, MeasuredSizer sizer, double budget)
    {
        CtrModel model = search.Model;
        long defaultRows = (long)sizer.Groups.VocabularyCount * model.Table.Dimension;
        long limit = (long)Math.Floor(budget * model.FixedParameters) - defaultRows;
        if (limit < 0)
        {
            throw new TrainingException(
                $"sizing.budget {budget}: the default rows alone take more; allow at least {(double)defaultRows / model.FixedParameters:0.####}.");
        }

        PrefixCut cut = new(limit);
        cut.Choose(model.Table, Prepare(search, cut));
        sizer.Keep(cut.Sizes);
        ShareWhatIsDropped(model.Table, sizer.Groups, cut.Sizes);
    }

    /// <summary>Brings the model into the coordinates in which it is to be cut, and says what it would miss of each element.</summary>
    /// <exception cref="OperationCanceledException">It was stopped before anything changed; after that it goes on to the end.</exception>
    public static Saliency Prepare(SizeSearch search, ICut cut)
    {
        CtrModel model = search.Model;
        FrequencyGroups values = model.Sizer.Groups;
        LabelCounts counts = LabelCounts.Of(search.Dataset, model.Fields.Count, values.TableRows, search.Cancellation);
        VocabularyMoments[] moments = VocabularyMoments.Measure(search);
        Alignment[] alignments = [.. moments.Select(m => model.Network.CanAlign ? Alignment.Of(m) : Alignment.None(m))];
        Saliency saliency = new(values, alignments);
        if (model.Network.CanAlign)
        {
            Align(model, values, alignments);
            Centring.Apply(model, saliency, cut);
        }

        return saliency.First(HeldOutWorth.Suffices(search, counts));
    }

    /// <summary>Aligns the model's table and network.</summary>
    private static void Align(CtrModel model, FrequencyGroups values, Alignment[] alignments)
    {
        Parallel.For(0, values.TableRows, () => new float[model.Table.Dimension], (row, _, buffer) =>
        {
            alignments[values.Vocabularies[row]].Apply(model.Table[row], buffer);
            return buffer;
        }, _ => { });
        for (int f = 0; f < model.Fields.Count; f++)
        {
            model.Network.Align(f, alignments[model.Fields[f].Vocabulary].Inverse);
        }
    }

    /// <summary>A default row starts as the mean of the values that share it, weighted by their counts.</summary>
    private static void ShareWhatIsDropped(EmbeddingTable table, FrequencyGroups values, byte[] sizes)
    {
        int vocabularies = table.Rows - values.TableRows;
        double[] occurrences = new double[vocabularies];
        double[,] sums = new double[vocabularies, table.Dimension];
        for (int row = 0; row < sizes.Length; row++)
        {
            if (sizes[row] == 0)
            {
                int v = values.Vocabularies[row];
                occurrences[v] += values.Counts[row];
                for (int j = 0; j < table.Dimension; j++)
                {
                    sums[v, j] += values.Counts[row] * (double)table[row][j];
                }
            }
        }

        for (int v = 0; v < vocabularies; v++)
        {
            Span<float> shared = table[values.TableRows + v];
            for (int j = 0; j < shared.Length; j++)
            {
                shared[j] = (float)(sums[v, j] / Math.Max(1, occurrences[v]));
            }
        }
    }
}
