using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Taper.Models.Onnx;

namespace Taper.Models.Scoring;

/// <summary>
/// The buffers of one run of the dense network, bound to its inputs and outputs once and used again: a run of as many
/// rows as the last allocates nothing. Not thread-safe.
/// </summary>
internal sealed class NetworkFeed : IDisposable
{
    private readonly InferenceSession session;
    private readonly OrtIoBinding binding;
    private readonly List<OrtValue> bound = [];
    private readonly NetworkWidths widths;
    private float[] embeddings = [];
    private float[] numeric = [];
    private float[] firstOrder = [];
    private float[] probabilities = [];

    public NetworkFeed(InferenceSession session, NetworkWidths widths)
    {
        this.session = session;
        this.widths = widths;
        binding = session.CreateIoBinding();
    }

    /// <summary>The number of rows N.</summary>
    public int Rows { get; private set; }

    /// <summary>Floats of a row of <see cref="Embeddings"/>.</summary>
    public int EmbeddingsWidth => widths.Embeddings;

    /// <summary>Floats of a row of <see cref="Numeric"/>.</summary>
    public int NumericWidth => widths.Numeric;

    /// <summary>[N, fields · D].</summary>
    public Span<float> Embeddings => embeddings.AsSpan(0, Rows * EmbeddingsWidth);

    /// <summary>[N, K].</summary>
    public Span<float> Numeric => numeric.AsSpan(0, Rows * NumericWidth);

    /// <summary>[N], to which the fields add; empty where the network has none.</summary>
    public Span<float> FirstOrder => firstOrder.AsSpan(0, Rows * widths.FirstOrder);

    /// <summary>Runs the network over what the columns feed, from a row on.</summary>
    public void Run(RunOptions options, ReadOnlySpan<FieldColumn> columns, int first, Span<float> result)
    {
        Bind(result.Length);
        FirstOrder.Clear();
        foreach (FieldColumn column in columns)
        {
            column.Feed(this, first);
        }

        session.RunWithBinding(options, binding);
        probabilities.AsSpan(0, Rows).CopyTo(result);
    }

    public void Dispose()
    {
        Unbind();
        binding.Dispose();
    }

    private void Bind(int rows)
    {
        if (rows == Rows)
        {
            return;
        }

        Unbind();
        binding.BindInput(NetworkGraph.Embeddings, Tensor(ref embeddings, rows, widths.Embeddings));
        if (widths.Numeric > 0)
        {
            binding.BindInput(NetworkGraph.Numeric, Tensor(ref numeric, rows, widths.Numeric));
        }

        if (widths.FirstOrder > 0)
        {
            binding.BindInput(NetworkGraph.FirstOrder, Tensor(ref firstOrder, rows, widths.FirstOrder));
        }

        binding.BindOutput(NetworkGraph.Probability, Tensor(ref probabilities, rows, 1));
        Rows = rows;
    }

    private void Unbind()
    {
        Rows = 0;
        binding.ClearBoundInputs();
        binding.ClearBoundOutputs();
        bound.ForEach(value => value.Dispose());
        bound.Clear();
    }

    private unsafe OrtValue Tensor(ref float[] buffer, int rows, int width)
    {
        int length = rows * width;
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<float>(length, pinned: true);
        }

        nint address = (nint)System.Runtime.CompilerServices.Unsafe.AsPointer(ref buffer[0]); // pinned for good
        OrtValue value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [rows, width], address, length * (long)sizeof(float));
        bound.Add(value);
        return value;
    }
}
