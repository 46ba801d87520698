using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Taper.Embeddings;
using Taper.Embeddings.Storage;

namespace Taper.Training.Runs;

/// <summary>One kind of state of a table's optimizer in a checkpoint, by row; valid until the checkpoint is closed.</summary>
internal sealed unsafe class SavedRows
{
    private const string FirstMoment = "first_moment", FirstMomentOfNetwork = "exp_avg";

    private readonly string _name;
    private readonly float* _values;
    private readonly int _width;
    private readonly CtrModel? _model;
    private readonly bool _compact;

    private SavedRows(SafetensorsView view, long count, int width, CtrModel? model, bool compact)
    {
        if (view.Dtype != SafetensorsDtype.F32 || view.Shape is not [long numbers] || numbers != count)
        {
            throw new ArtifactException($"Tensor '{view.Tensor.Name}' has shape [{string.Join(", ", view.Shape)}] but this model needs [{count}].");
        }

        _name = view.Tensor.Name;
        _values = view.As<float>();
        _width = width;
        _model = model;
        _compact = compact;
    }

    /// <summary>A number for each that the embeddings of a model have, of which the kept prefixes are read.</summary>
    /// <param name="view">The state.</param>
    /// <param name="model">The model whose rows it is of; compact where the state is.</param>
    /// <param name="compact">Whether the state is of kept prefixes alone, back to back.</param>
    /// <exception cref="ArtifactException">It has another shape.</exception>
    public static SavedRows AsTable(SafetensorsView view, CtrModel model, bool compact)
    {
        EmbeddingTable table = model.Table;
        long count = compact ? (long)table.ByteLength / sizeof(float) : (long)table.Rows * table.Dimension;
        return new SavedRows(view, count, table.Dimension, model, compact);
    }

    /// <summary>So many numbers for each row.</summary>
    /// <exception cref="ArtifactException">It has another shape.</exception>
    public static SavedRows OfWidth(SafetensorsView view, int rows, int width) => new(view, (long)rows * width, width, null, compact: false);

    /// <summary>Copies the state of a row, or as much of it as there is room for; zeros stay behind what was kept.</summary>
    /// <exception cref="ArtifactException">It holds numbers that no optimizer has.</exception>
    public void CopyTo(int row, Span<float> destination)
    {
        ReadOnlySpan<float> saved = new(_values + StartOf(row), Math.Min(SizeOf(row), destination.Length));
        Check(saved, _name);
        saved.CopyTo(destination);
    }

    /// <summary>Refuses numbers that no optimizer has: what is not finite, and squares below 0.</summary>
    internal static void Check(ReadOnlySpan<float> numbers, string name)
    {
        bool anySign = name.EndsWith(FirstMoment, StringComparison.Ordinal) || name.EndsWith(FirstMomentOfNetwork, StringComparison.Ordinal);
        foreach (float number in numbers)
        {
            if (!float.IsFinite(number) || (number < 0 && !anySign))
            {
                throw new ArtifactException($"Tensor '{name}' is damaged: it holds {number}.");
            }
        }
    }

    private nint StartOf(int row) => !_compact
        ? (nint)row * _width
        : (nint)((float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(_model!.Table[row])) - _model.Table.Pointer);

    private int SizeOf(int row) => _model is null || _model.Sizer.Elements is not null ? _width : _model.SizeOf(row);
}
