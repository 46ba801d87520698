using Taper.Data.Columns;
using Taper.Data.Duck;

namespace Taper.Data.Preparing;

/// <summary>
/// Streams columns out of the scratch database into the dataset folder, split after split, each in the order of the
/// rows. Memory does not grow with the data.
/// </summary>
internal sealed class ColumnEncoder(Database database, string folder, IReadOnlyList<SplitSummary> splits)
{
    /// <summary>Writes the labels.</summary>
    public void Labels()
    {
        using SplitFiles<byte> files = new(folder, splits, "label.npy");
        using ChunkStream stream = database.Stream($"SELECT split, label FROM {RawRows.Labels}", "data.label");
        while (stream.Next())
        {
            ReadOnlySpan<byte> split = stream.Column<byte>(0);
            ReadOnlySpan<byte> label = stream.Column<byte>(1);
            for (int row = 0; row < stream.Count; row++)
            {
                files[split[row]].Write(label[row]);
            }
        }

        files.Finish();
    }

    /// <summary>Writes the ids of a field with one value per example.</summary>
    public FieldOccurrences[] Ids(FieldPlan field, RankedValues vocabulary)
    {
        using SplitFiles<int> files = new(folder, splits, $"{field.File}.npy");
        OccurrenceCounter counter = new();
        using ChunkStream stream = Encoded(field);
        while (stream.Next())
        {
            ReadOnlySpan<byte> split = stream.Column<byte>(0);
            ReadOnlySpan<int> code = stream.Column<int>(1);
            for (int row = 0; row < stream.Count; row++)
            {
                int id = vocabulary.IdOf(code[row]);
                files[split[row]].Write(id);
                counter.Add(split[row], id);
            }
        }

        files.Finish();
        return counter.For(splits);
    }

    /// <summary>Writes the ids of a multi-valued field, and where each example's start.</summary>
    public FieldOccurrences[] IdLists(FieldPlan field, RankedValues vocabulary)
    {
        using SplitFiles<int> files = new(folder, splits, $"{field.File}.npy");
        using SplitFiles<int> offsets = new(folder, splits, $"{field.File}.offsets.npy");
        OccurrenceCounter counter = new();
        using ChunkStream stream = Encoded(field);
        while (stream.Next())
        {
            ReadOnlySpan<byte> split = stream.Column<byte>(0);
            for (int row = 0; row < stream.Count; row++)
            {
                NpyWriter<int> ids = files[split[row]];
                offsets[split[row]].Write(Offset(ids.Count, field));
                ReadOnlySpan<int> codes = stream.List<int>(1, row);
                foreach (int code in codes.IsEmpty ? [ValueCodes.Missing] : codes)
                {
                    int id = vocabulary.IdOf(code);
                    ids.Write(id);
                    counter.Add(split[row], id);
                }
            }
        }

        foreach (SplitSummary split in splits)
        {
            int number = SplitFiles<int>.Number(split.Name);
            offsets[number].Write(Offset(files[number].Count, field));
        }

        files.Finish();
        offsets.Finish();
        return counter.For(splits);
    }

    /// <summary>Writes a numeric field, standardised; missing is 0.</summary>
    public FieldOccurrences[] Numbers(FieldPlan field, Standardization standardization)
    {
        using SplitFiles<float> files = new(folder, splits, $"{field.File}.npy");
        OccurrenceCounter counter = new();
        using ChunkStream stream = database.Stream(
            $"SELECT l.split, coalesce({field.Column}, 'nan'::DOUBLE) FROM {RawRows.Labelled}", $"encoding {field.Config.Name}");
        while (stream.Next())
        {
            ReadOnlySpan<byte> split = stream.Column<byte>(0);
            ReadOnlySpan<double> number = stream.Column<double>(1);
            for (int row = 0; row < stream.Count; row++)
            {
                bool missing = double.IsNaN(number[row]);
                files[split[row]].Write(missing ? 0 : (float)((number[row] - standardization.Mean) / standardization.Deviation));
                counter.Add(split[row], missing ? Vocabulary.Missing : Vocabulary.Reserved);
            }
        }

        files.Finish();
        return counter.For(splits);
    }

    /// <summary>Streams the split of every row and the field's codes.</summary>
    private ChunkStream Encoded(FieldPlan field) =>
        database.Stream($"SELECT l.split, {field.Column} FROM {RawRows.Labelled}", $"encoding {field.Config.Name}");

    private static int Offset(long offset, FieldPlan field) => offset <= int.MaxValue
        ? (int)offset
        : throw new DataException($"field {field.Config.Name} has more than {int.MaxValue} values in one split; prepare a part of the data.");
}
