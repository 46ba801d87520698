using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Taper.Models;

namespace Taper.Benchmarks.Serving;

/// <summary>Padded embeddings in one array, a dictionary for each field, and the network in ONNX Runtime. Thread-safe.</summary>
internal sealed class PlainOnnxModel : IDisposable
{
    private const int Width = ServedModel.Dimension;
    private readonly Dictionary<string, int>[] _rows;
    private readonly int[] _firstRows;
    private readonly float[] _table;
    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();

    public PlainOnnxModel(string folder)
    {
        int rows = 0;
        _rows = new Dictionary<string, int>[ServedModel.FieldNames.Length];
        _firstRows = new int[_rows.Length];
        for (int field = 0; field < _rows.Length; field++)
        {
            string[] values = File.ReadAllLines(Path.Combine(folder, ServedModel.FieldNames[field] + ".txt"));
            _firstRows[field] = rows;
            _rows[field] = values.Index().ToDictionary(value => value.Item, value => _firstRows[field] + value.Index);
            rows += values.Length;
        }

        _table = new float[rows * Width];
        using FileStream file = File.OpenRead(Path.Combine(folder, ServedModel.PlainTable));
        file.ReadExactly(MemoryMarshal.AsBytes(_table.AsSpan()));
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 }; // requests are parallel already
        _session = new InferenceSession(Path.Combine(folder, ServedModel.PlainNetwork), options);
    }

    public float[] Score(PlainInstance[] instances)
    {
        int inputs = _rows.Length * Width;
        float[] buffer = ArrayPool<float>.Shared.Rent(instances.Length * inputs);
        try
        {
            Memory<float> input = buffer.AsMemory(0, instances.Length * inputs);
            for (int i = 0; i < instances.Length; i++)
            {
                Fill(instances[i], input.Span.Slice(i * inputs, inputs));
            }

            using OrtValue tensor = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, input, [instances.Length, inputs]);
            using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(_run, _session.InputNames, [tensor], _session.OutputNames);
            return outputs[0].GetTensorDataAsSpan<float>().ToArray();
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _run.Dispose();
    }

    private void Fill(PlainInstance instance, Span<float> input)
    {
        Embedding(0, instance.UserId).CopyTo(input);
        Embedding(1, instance.MovieId).CopyTo(input[Width..]);
        Embedding(2, instance.Year).CopyTo(input[(2 * Width)..]);
        Span<float> genres = input[(3 * Width)..];
        if (instance.Genres is not { Length: > 0 } names)
        {
            Embedding(3, null).CopyTo(genres);
            return;
        }

        genres.Clear();
        foreach (string name in names)
        {
            TensorPrimitives.Add(genres, Embedding(3, name), genres);
        }

        TensorPrimitives.Divide(genres, names.Length, genres);
    }

    private ReadOnlySpan<float> Embedding(int field, string? value)
    {
        int row = value is null ? _firstRows[field] + BundleVocabulary.Missing
            : _rows[field].TryGetValue(value, out int known) ? known : _firstRows[field] + BundleVocabulary.Unknown;
        return _table.AsSpan(row * Width, Width);
    }
}
