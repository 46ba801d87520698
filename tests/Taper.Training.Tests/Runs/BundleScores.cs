using Taper.Data;
using Taper.Embeddings.Features;
using Taper.Models;
using Taper.Training.Runs;

namespace Taper.Training.Tests.Runs;

/// <summary>Exports a run and scores its test split from the bundle, value by value.</summary>
internal static class BundleScores
{
    public static float[] Of(TrainedRun run, Precision precision, string folder)
    {
        run.Export(folder, precision);
        using Scorer scorer = Scorer.Open(folder);
        Dataset dataset = run.Dataset;
        Examples test = dataset.Split("test");
        FeatureBatch batch = scorer.CreateBatch();
        string[][] values = [.. dataset.Fields.Select(field => field.HasEmbedding ? dataset.VocabularyOf(field).Values.ToArray() : [])];
        for (int i = 0; i < test.Count; i++)
        {
            batch.AddRow();
            for (int f = 0; f < scorer.Fields.Count; f++)
            {
                FieldColumn column = test.Column(f);
                if (column.Kind == FieldKind.Numeric)
                {
                    batch.SetNumber(f, column.Values[i]);
                    continue;
                }

                CompactTable table = scorer.Bundle.TableOf(scorer.Fields[f]);
                ReadOnlySpan<int> ids = column.Offsets.IsEmpty ? column.Ids.Slice(i, 1) : column.Ids[column.Offsets[i]..column.Offsets[i + 1]];
                batch.SetRows(f, [.. ids.ToArray().Select(id => id switch
                {
                    Vocabulary.Unknown => table.UnknownRow,
                    Vocabulary.Missing => table.MissingRow,
                    _ => table.RowOf(values[f][id]),
                })]);
            }
        }

        float[] scores = new float[test.Count];
        scorer.Score(batch, scores);
        return scores;
    }
}
