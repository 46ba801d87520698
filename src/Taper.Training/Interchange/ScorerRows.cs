using System.Numerics.Tensors;
using Taper.Models;

namespace Taper.Training.Interchange;

/// <summary>The rows of a vocabulary as the scorer of a bundle at fp32 will read them, by id. Safe to read by many threads.</summary>
internal sealed class ScorerRows(BundleContent content, BundleVocabulary vocabulary)
{
    /// <summary>Reads a row, D floats: what is kept and zeros, or the default row where nothing is kept and there is one.</summary>
    public void Read(int id, Span<float> destination)
    {
        if (vocabulary.Shared is { } shared)
        {
            ReadShared(shared, id, destination);
        }
        else if (content.Kept is { } mask)
        {
            ReadMasked(mask[vocabulary.FirstRow + id], content.Embeddings[vocabulary.FirstRow + id], destination);
        }
        else
        {
            int size = vocabulary.Sizes[id];
            ReadOnlySpan<float> kept = size > 0 ? content.Embeddings[vocabulary.FirstRow + id][..size] : content.Embeddings[vocabulary.DefaultRow!.Value];
            kept.CopyTo(destination);
            destination[kept.Length..].Clear();
        }
    }

    /// <summary>The first-order weight of a row.</summary>
    public float FirstOrderOf(int id) => content.FirstOrder![vocabulary.FirstRow + id][0];

    private void ReadShared(SharedRows shared, int id, Span<float> destination)
    {
        content.Embeddings[shared.First[id]].CopyTo(destination);
        if (shared.Second[id] < 0)
        {
            return;
        }

        ReadOnlySpan<float> second = content.Embeddings[shared.Second[id]];
        if (shared.Combination == RowCombination.Product)
        {
            TensorPrimitives.Multiply(destination, second, destination);
        }
        else
        {
            TensorPrimitives.Add(destination, second, destination);
        }
    }

    private static void ReadMasked(ReadOnlySpan<byte> bits, ReadOnlySpan<float> row, Span<float> destination)
    {
        for (int element = 0; element < row.Length; element++)
        {
            bool isKept = (bits[element >> 3] >> (element & 7) & 1) != 0;
            destination[element] = isKept ? row[element] : 0;
        }
    }
}
