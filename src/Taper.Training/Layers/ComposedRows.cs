using Taper.Data;
using Taper.Embeddings;
using Taper.Training.Sizing;

namespace Taper.Training.Layers;

/// <summary>
/// The embeddings of a batch's distinct values where they are made of stored rows: composed before they are looked up, and
/// their gradients spread over the stored rows afterwards.
/// </summary>
internal sealed class ComposedRows(RowSharing sharing, int dimension) : IDisposable
{
    private readonly int[] _placeOfValue = RowSharing.NoSecond(sharing.Values);
    private int[] _values = new int[256];
    private int _count;
    private int[][] _places = [];
    private EmbeddingTable? _table;
    private RowGradients? _gradients;
    private Spread _first = new([], []);
    private Spread _second = new([], []);

    /// <summary>The composed rows, one for each distinct value of the batch.</summary>
    public EmbeddingTable Table => _table!;

    /// <summary>The composed rows that a field looks up.</summary>
    public ReadOnlySpan<int> PlacesOf(int field, int count) => _places[field].AsSpan(0, count);

    /// <summary>Composes the rows of a batch.</summary>
    public void Renew(EmbeddingTable stored, Batch batch, int fields)
    {
        foreach (int value in _values.AsSpan(0, _count))
        {
            _placeOfValue[value] = -1;
        }

        _count = 0;
        if (_places.Length == 0)
        {
            _places = [.. Enumerable.Range(0, fields).Select(_ => Array.Empty<int>())];
        }

        for (int f = 0; f < fields; f++)
        {
            Place(batch.Rows(f), ref _places[f]);
        }

        Reserve();
        for (int place = 0; place < _count; place++)
        {
            sharing.Compose(stored, _values[place], Table[place]);
        }
    }

    /// <summary>Adds ∂L/∂e of the batch to the gradients of the stored rows.</summary>
    /// <param name="stored">The stored rows.</param>
    /// <param name="parts">Their gradients.</param>
    /// <param name="add">Adds the gradients of the composed rows, all fields.</param>
    public void AddGradients(EmbeddingTable stored, IReadOnlyList<RowGradients> parts, Action<RowGradients> add)
    {
        RowGradients composed = _gradients!;
        composed.Clear();
        add(composed);
        int count = composed.Count, pairs = 0;
        for (int slot = 0; slot < count; slot++)
        {
            int value = _values[composed.Rows[slot]];
            (_first.Rows[slot], int other) = (sharing.FirstOf(value), sharing.SecondOf(value));
            sharing.Observe(value, composed[slot]);
            sharing.Spread(stored, composed[slot], other, _first.Gradients.AsSpan(slot * dimension, dimension));
            if (other >= 0)
            {
                _second.Rows[pairs] = other;
                sharing.Spread(stored, composed[slot], _first.Rows[slot], _second.Gradients.AsSpan(pairs++ * dimension, dimension));
            }
        }

        Parallel.ForEach(parts, part =>
        {
            part.AddPrefix(new Lookup(_first.Rows.AsSpan(0, count)), default, _first.Gradients.AsSpan(0, count * dimension), dimension);
            part.AddPrefix(new Lookup(_second.Rows.AsSpan(0, pairs)), default, _second.Gradients.AsSpan(0, pairs * dimension), dimension);
        });
    }

    public void Dispose()
    {
        _table?.Dispose();
        _gradients?.Dispose();
    }

    private void Place(ReadOnlySpan<int> values, ref int[] places)
    {
        if (places.Length < values.Length)
        {
            places = new int[values.Length];
        }

        for (int i = 0; i < values.Length; i++)
        {
            ref int place = ref _placeOfValue[values[i]];
            if (place < 0)
            {
                place = _count;
                if (_count == _values.Length)
                {
                    Array.Resize(ref _values, 2 * _count);
                }

                _values[_count++] = values[i];
            }

            places[i] = place;
        }
    }

    private void Reserve()
    {
        if (_table is null || _table.Rows < _values.Length)
        {
            Dispose();
            _table = new EmbeddingTable(_values.Length, dimension);
            _gradients = new RowGradients(_values.Length, dimension);
            _first = new Spread(new int[_values.Length], new float[_values.Length * dimension]);
            _second = new Spread(new int[_values.Length], new float[_values.Length * dimension]);
        }
    }

    /// <summary>Gradients on their way to stored rows; kept from batch to batch, since a step must leave little garbage.</summary>
    private sealed record Spread(int[] Rows, float[] Gradients);
}
