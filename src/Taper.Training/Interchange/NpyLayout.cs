using Taper.Data;

namespace Taper.Training.Interchange;

/// <summary>
/// For each vocabulary V the file <c>V.npy</c> [R, D], where there are first-order weights <c>V.first_order.npy</c> [R], and the values of
/// the rows, <c>V.parquet</c>. The network's weights in <c>network.safetensors</c>.
/// </summary>
internal sealed class NpyLayout : IWeightLayout
{
    public string NetworkFile => "network.safetensors";

    public void Write(string folder, ExportedModel model, CancellationToken cancellation)
    {
        foreach (ExportedTable table in model.Tables)
        {
            cancellation.ThrowIfCancellationRequested();
            NpyTable.Write(Path.Combine(folder, $"{table.File}.npy"), [table.Rows, table.Dimension], table.Read);
            if (table.HasFirstOrder)
            {
                NpyTable.Write(Path.Combine(folder, $"{FirstOrderOf(table)}.npy"), [table.Rows], (row, weight) => weight[0] = table.FirstOrderOf(row));
            }

            table.WriteValues(folder, [], cancellation);
        }

        TensorFile network = new(cancellation);
        network.Add(model.Network);
        network.Write(Path.Combine(folder, NetworkFile));
    }

    public ImportedTableConfig ImportOf(ExportedTable table) => new()
    {
        File = $"{table.File}.npy",
        Tensor = table.File,
        Keys = $"{table.File}.parquet",
        FirstOrder = table.HasFirstOrder ? FirstOrderOf(table) : null,
        FirstOrderFile = table.HasFirstOrder ? $"{FirstOrderOf(table)}.npy" : null,
    };

    private static string FirstOrderOf(ExportedTable table) => $"{table.File}.first_order";
}
