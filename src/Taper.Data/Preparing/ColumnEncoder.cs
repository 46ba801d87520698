using Taper.Data.Columns;
using Taper.Data.Duck;
using Taper.Embeddings.Features;

namespace Taper.Data.Preparing;

/// <summary>
/// Streams columns out of the scratch database into the dataset folder, split after split, each in the order of the
/// rows. Memory does not grow with the data.
/// </summary>
/// <param name="database">Where the rows are.</param>
/// <param name="folder">The folder that the columns go to.</param>
/// <param name="splits">The names of the splits there are.</param>
internal sealed class ColumnEncoder(Database database, string folder, IReadOnlyList<string> splits)
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

    /// <summary>Writes the ids of a field that has a vocabulary.</summary>
    public FieldOccurrences[] Of(FieldPlan field, ValueIds known) =>
        field.Config.Kind == FieldKind.MultiValued ? IdLists(field, known) : Ids(field, known);

    /// <summary>Writes the ids of a field with one value per example.</summary>
    private FieldOccurrences[] Ids(FieldPlan field, ValueIds known)
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
                int id = known[code[row]];
                files[split[row]].Write(id);
                counter.Add(split[row], id);
            }
        }

        files.Finish();
        return counter.For(splits);
    }

    /// <summary>Writes the ids of a multi-valued field, and where each example's start.</summary>
    private FieldOccurrences[] IdLists(FieldPlan field, ValueIds known)
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
                    int id = known[code];
                    ids.Write(id);
                    counter.Add(split[row], id);
                }
            }
        }

        foreach (string split in splits)
        {
            int number = SplitFiles<int>.Number(split);
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

    /// <summary>Refuses a field that has more values in a split than an offset can tell.</summary>
    public static DataException TooManyValues(string field) =>
        new($"field {field} has more than {int.MaxValue} values in one split; prepare a part of the data.");

    /// <summary>Streams the split of every row and the field's codes.</summary>
    private ChunkStream Encoded(FieldPlan field) =>
        database.Stream($"SELECT l.split, {field.Column} FROM {RawRows.Labelled}", $"encoding {field.Config.Name}");

    private static int Offset(long offset, FieldPlan field) => offset <= int.MaxValue ? (int)offset : throw TooManyValues(field.Config.Name);
}
