using Taper.Data;

namespace Taper.Training.Interchange;

/// <summary>
/// For each vocabulary V the file <c>V.parquet</c>: value, count, size, embedding (D floats) and, where there are any, first_order. The
/// network's weights in <c>network.safetensors</c>.
/// </summary>
internal sealed class ParquetLayout : IWeightLayout
{
    private const string Embedding = "embedding";
    private const string FirstOrder = "first_order";

    public string NetworkFile => "network.safetensors";

    public void Write(string folder, ExportedModel model, CancellationToken cancellation)
    {
        foreach (ExportedTable table in model.Tables)
        {
            List<VocabularyColumn> columns = [VocabularyColumn.Of(Embedding, table.Dimension, table.Read)];
            if (table.HasFirstOrder)
            {
                columns.Add(VocabularyColumn.Of(FirstOrder, table.FirstOrderOf));
            }

            table.WriteValues(folder, columns, cancellation);
        }

        TensorFile network = new(cancellation);
        network.Add(model.Network);
        network.Write(Path.Combine(folder, NetworkFile));
    }

    public ImportedTableConfig ImportOf(ExportedTable table) => new()
    {
        File = $"{table.File}.parquet",
        Tensor = Embedding,
        FirstOrder = table.HasFirstOrder ? FirstOrder : null,
    };
}
