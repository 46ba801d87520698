namespace Taper.Models.Scoring;

/// <summary>Where a field's column finds and reads its embeddings: a mapped table, or rows that were fetched for a batch.</summary>
internal interface IRowTable
{
    /// <summary>D.</summary>
    int Dimension { get; }

    /// <summary>How many rows there are now.</summary>
    int Rows { get; }

    /// <summary>The row of values that are not in the vocabulary.</summary>
    int UnknownRow { get; }

    /// <summary>The row of missing values.</summary>
    int MissingRow { get; }

    /// <summary>The key of a value whose row will be asked for.</summary>
    /// <param name="value">Its UTF-8 text, not empty.</param>
    ulong Want(ReadOnlySpan<byte> value);

    /// <summary>Finds the rows of keys; that of unknown values where there is no such value.</summary>
    void Find(ReadOnlySpan<ulong> keys, Span<int> rows);

    /// <summary>Reads a row at full width, D floats.</summary>
    void Read(int row, Span<float> destination);

    /// <summary>Reads rows at full width, the i-th to i · stride.</summary>
    void Read(ReadOnlySpan<int> rows, Span<float> destination, int stride);

    /// <summary>The first-order weight of a row; 0 where the network has none.</summary>
    float FirstOrderOf(int row);
}
