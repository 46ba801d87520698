using Taper.Configuration;

namespace Taper.Training;

/// <summary>A vocabulary's table in a file that another program wrote.</summary>
public sealed record ImportedTableConfig
{
    /// <summary>The tensor, [rows × D]. An .npy file has one, named as the file is.</summary>
    [ConfigKey("name of the tensor, [rows x embedding_dim]; that of an .npy file is the file's name without its ending")]
    public string Tensor { get; init; } = "";

    /// <summary>The file that holds it, where that is not the one to start from; relative paths start there.</summary>
    [ConfigKey("file of the tensor, where it is another than --init-from names; relative paths start at that one's folder")]
    public string? File { get; init; }

    /// <summary>CSV, TSV or Parquet file with the value of each row, in their order; null: row i is the value <c>i</c>.</summary>
    [ConfigKey("CSV, TSV or Parquet file with the feature value of each row in order; null: row i is the value i")]
    public string? Keys { get; init; }

    /// <summary>Column of <see cref="Keys"/> with the values; empty: its first.</summary>
    [ConfigKey("column of keys with the feature values; empty: its first")]
    public string Column { get; init; } = "";

    /// <summary>Row of values that have none; null: they start from random values.</summary>
    [ConfigKey("row that values without one start from; null: random values", Min = 0, Max = 2147483647)]
    public int? UnknownRow { get; init; }

    /// <summary>Row of missing values; null: as <see cref="UnknownRow"/>.</summary>
    [ConfigKey("row that missing values start from; null: as unknown_row", Min = 0, Max = 2147483647)]
    public int? MissingRow { get; init; }
}
