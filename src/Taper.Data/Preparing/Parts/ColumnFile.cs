using Taper.Embeddings.Features;

namespace Taper.Data.Preparing.Parts;

/// <summary>A column of a split, which parts write a piece each of.</summary>
/// <param name="Path">Where it lies in the dataset folder, and its piece in a part's.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Field">The field's name; empty for labels.</param>
internal sealed record ColumnFile(string Path, ColumnKind Kind, string Field)
{
    private const string Pieces = ".parts";

    /// <summary>Where a part writes its pieces, in the folder of the dataset that is being made.</summary>
    public static string FolderOf(string folder, int part) => System.IO.Path.Combine(folder, Pieces, part.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Removes what is left once all columns are joined.</summary>
    public static void RemovePieces(string folder) => Directory.Delete(System.IO.Path.Combine(folder, Pieces), recursive: true);

    /// <summary>All columns of a dataset.</summary>
    public static IReadOnlyList<ColumnFile> Of(DataConfig config)
    {
        List<ColumnFile> columns = [];
        foreach (string split in SplitCheck.Expected(config.Split))
        {
            columns.Add(new ColumnFile($"{split}/label.npy", ColumnKind.Labels, ""));
            foreach (FieldPlan field in FieldPlan.Of(config.Fields))
            {
                columns.Add(new ColumnFile($"{split}/{field.File}.npy", field.Config.Kind == FieldKind.Numeric ? ColumnKind.Numbers : ColumnKind.Ids, field.Config.Name));
                if (field.Config.Kind == FieldKind.MultiValued)
                {
                    columns.Add(new ColumnFile($"{split}/{field.File}.offsets.npy", ColumnKind.Offsets, field.Config.Name));
                }
            }
        }

        return columns;
    }
}
