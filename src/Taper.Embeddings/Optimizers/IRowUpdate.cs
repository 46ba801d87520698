using Taper.Embeddings.Lanes;

namespace Taper.Embeddings.Optimizers;

/// <summary>The update rule of an optimizer for the kept elements of one row.</summary>
internal unsafe interface IRowUpdate
{
    void Apply<TWidth>(float* weights, float* gradient, RowPlace place)
        where TWidth : struct, IWidth;

    /// <summary>Asks for the state of a row that comes after the i-th.</summary>
    void AskAhead<TLayout>(TLayout layout, ReadOnlySpan<int> rows, int i)
        where TLayout : struct, IRowLayout;
}

/// <summary>A row of a table, and of the state that is laid out as the table is.</summary>
/// <param name="Row">Its number.</param>
/// <param name="Start">Where it begins, in floats.</param>
/// <param name="Size">The elements to update.</param>
internal readonly record struct RowPlace(int Row, nint Start, int Size);
