using Taper.Training.Runs;

namespace Taper.Training.WarmStart;

/// <summary>All rows of a model.</summary>
internal sealed class ModelRows(CtrModel model) : IInitialTarget
{
    public int Dimension => model.Table.Dimension;

    public int DefaultRowOf(int vocabulary) => model.Sizer.HasSizeZero ? model.Sizer.Groups.TableRows + vocabulary : -1;

    public bool Has(int row) => true;

    public Span<float> EmbeddingOf(int row) => model.Table[row];

    public Span<float> FirstOrderOf(int row) => model.FirstOrderTable is { } firstOrder ? firstOrder[row] : [];
}
