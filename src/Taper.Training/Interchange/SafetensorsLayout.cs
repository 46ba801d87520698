namespace Taper.Training.Interchange;

/// <summary>
/// <c>model.safetensors</c>: <c>V.weight</c> [R, D] and, where there are first-order weights, <c>V.first_order</c> [R] of each vocabulary V,
/// and the network's weights. Beside it the values of the rows, <c>V.parquet</c>.
/// </summary>
internal sealed class SafetensorsLayout : IWeightLayout
{
    public string NetworkFile => "model.safetensors";

    public void Write(string folder, ExportedModel model, CancellationToken cancellation)
    {
        TensorFile file = new(cancellation);
        foreach (ExportedTable table in model.Tables)
        {
            file.Add(WeightOf(table), [table.Rows, table.Dimension], table.Read);
            if (table.HasFirstOrder)
            {
                file.Add(FirstOrderOf(table), [table.Rows], (row, weight) => weight[0] = table.FirstOrderOf(row));
            }
        }

        file.Add(model.Network);
        file.Write(Path.Combine(folder, NetworkFile));
        foreach (ExportedTable table in model.Tables)
        {
            table.WriteValues(folder, [], cancellation);
        }
    }

    public ImportedTableConfig ImportOf(ExportedTable table) => new()
    {
        File = NetworkFile,
        Tensor = WeightOf(table),
        Keys = $"{table.File}.parquet",
        FirstOrder = table.HasFirstOrder ? FirstOrderOf(table) : null,
    };

    private static string WeightOf(ExportedTable table) => $"{table.Name}.weight";

    private static string FirstOrderOf(ExportedTable table) => $"{table.Name}.first_order";
}
