using Taper.Models;

namespace Taper.Training.WarmStart;

/// <summary>A table of a bundle.</summary>
internal sealed class BundleTable(CompactTable table) : IInitialTable
{
    public int Dimension => table.Dimension;

    public int UnknownRow => table.UnknownRow;

    public int MissingRow => table.MissingRow;

    public int Find(ReadOnlySpan<byte> value) => table.TryFind(table.KeyOf(value), out int row) ? row : -1;

    public void Read(int row, Span<float> destination) => table.Read(row, destination);

    public float? FirstOrderOf(int row) => table.HasFirstOrder ? table.FirstOrderOf(row) : null;
}
