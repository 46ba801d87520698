using Taper.Configuration;

namespace Taper.Training;

/// <summary>A vocabulary's table in a file that another program wrote.</summary>
public sealed record ImportedTableConfig
{
    /// <summary>The tensor, [rows × D]. An .npy file has one, named as the file is; a Parquet file has columns of lists.</summary>
    [ConfigKey("name of the tensor, [rows x embedding_dim]; that of an .npy file is the file's name without its ending, that of a Parquet file a column of lists")]
    public string Tensor { get; init; } = "";

    /// <summary>The file that holds it, where that is not the one to start from; relative paths start there.</summary>
    [ConfigKey("file of the tensor, where it is another than --init-from names; relative paths start at that one's folder")]
    public string? File { get; init; }

    /// <summary>
    /// CSV, TSV or Parquet file with the value of each row, in their order; null: row i is the value <c>i</c>, or the embeddings' Parquet
    /// file has the values too.
    /// </summary>
    [ConfigKey("CSV, TSV or Parquet file with the feature value of each row in order; null: row i is the value i, or, from Parquet, column is the file's own")]
    public string? Keys { get; init; }

    /// <summary>Column with the values; empty: the first of the file. A row without a value is no value's.</summary>
    [ConfigKey("column of keys, or of the embeddings' Parquet file, with the feature values; empty: its first")]
    public string Column { get; init; } = "";

    /// <summary>The tensor or column of the first-order weights, [rows] or [rows × 1]; null: they start anew.</summary>
    [ConfigKey("name of the tensor or column of first-order weights, [rows] or [rows x 1], where the network has them; null: they start anew")]
    public string? FirstOrder { get; init; }

    /// <summary>The file that holds <see cref="FirstOrder"/>, where that is not the embeddings'; relative paths start where theirs do.</summary>
    [ConfigKey("file of first_order, where it is another than that of the embeddings")]
    public string? FirstOrderFile { get; init; }

    /// <summary>Row of values that have none; null: they start from random values.</summary>
    [ConfigKey("row that values without one start from; null: random values", Min = 0, Max = 2147483647)]
    public int? UnknownRow { get; init; }

    /// <summary>Row of missing values; null: as <see cref="UnknownRow"/>.</summary>
    [ConfigKey("row that missing values start from; null: as unknown_row", Min = 0, Max = 2147483647)]
    public int? MissingRow { get; init; }
}
