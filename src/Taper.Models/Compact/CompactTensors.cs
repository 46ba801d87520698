using Taper.Embeddings;
using Taper.Embeddings.Storage;

namespace Taper.Models.Compact;

/// <summary>The tensors of a vocabulary, each checked before it is believed.</summary>
internal sealed unsafe class CompactTensors(BundleTensors files, BundleVocabularyEntry entry, BundleManifest manifest)
{
    private readonly TensorNames names = new(entry.Name);
    private readonly long rows = entry.Sizes.Values;
    private readonly long stored = entry.Shared?.Rows ?? entry.Sizes.Values;

    public long[] FirstRow()
    {
        long[] first = Tensor<long>(files.Embeddings, names.SizeFirstRow, manifest.Dimension + 2).AsSpan<long>().ToArray();
        bool ascends = first[0] == 0 && first[^1] == stored;
        for (int place = 1; place < first.Length; place++)
        {
            ascends &= first[place] >= first[place - 1];
        }

        Require(ascends, files.Embeddings, names.SizeFirstRow, "is not an ascending partition of the rows");
        return first;
    }

    /// <summary>Where the numbers of each size begin; as many entries as <see cref="FirstRow"/>.</summary>
    public long[] FirstNumber()
    {
        long[] first = FirstRow();
        long[] numbers = new long[first.Length];
        for (int place = 1; place < first.Length; place++)
        {
            numbers[place] = numbers[place - 1] + ((first[place] - first[place - 1]) * (manifest.Dimension - place + 1));
        }

        return numbers;
    }

    public ulong* Keys() => Tensor<ulong>(files.Keys, names.Keys, rows).As<ulong>();

    public uint* Slots(out long count)
    {
        SafetensorsView view = files.Keys.Tensor(names.Index);
        count = view.Tensor.ElementCount;
        uint* slots = view.As<uint>();
        bool hasEmpty = false;
        for (long slot = 0; slot < count; slot++)
        {
            hasEmpty |= slots[slot] == KeyIndex.Empty;
            Require(slots[slot] < rows || slots[slot] == KeyIndex.Empty, files.Keys, names.Index, "names a row that is not there");
        }

        Require(hasEmpty, files.Keys, names.Index, "has no empty slot");
        return slots;
    }

    public byte* Values()
    {
        SafetensorsView view = manifest.Precision switch
        {
            Precision.Fp32 => Tensor<float>(files.Embeddings, names.Values, FirstNumber()[^1]),
            Precision.Fp16 => Tensor<Half>(files.Embeddings, names.Values, FirstNumber()[^1]),
            _ => Tensor<sbyte>(files.Embeddings, names.Values, FirstNumber()[^1]),
        };
        return view.Pointer;
    }

    /// <summary>One for each dimension; null at other precisions than int8.</summary>
    public float* Scales()
    {
        if (manifest.Precision != Precision.Int8)
        {
            return null;
        }

        SafetensorsView view = Tensor<float>(files.Embeddings, names.Scale, manifest.Dimension);
        foreach (float scale in view.AsSpan<float>())
        {
            Require(scale >= 0 && float.IsFinite(scale), files.Embeddings, names.Scale, "has a number that is no scale");
        }

        return view.As<float>();
    }

    public float* FirstOrder() => files.Embeddings.Contains(names.FirstOrder) ? Tensor<float>(files.Embeddings, names.FirstOrder, rows).As<float>() : null;

    /// <summary>⌈D / 8⌉ bytes a row, where it has a mask, that keep as many elements as its size says; null where rows keep a prefix.</summary>
    public byte* Kept()
    {
        if (manifest.Layout == RowLayout.Prefix)
        {
            return null;
        }

        int rowBytes = (manifest.Dimension + 7) / 8;
        long[] first = FirstRow();
        long masked = manifest.FormatVersion >= BundleManifest.DimensionScalesVersion ? first[^2] : rows;
        byte* kept = Tensor<byte>(files.Embeddings, names.Kept, masked * rowBytes).As<byte>();
        byte beyond = (byte)(manifest.Dimension % 8 == 0 ? 0 : byte.MaxValue << (manifest.Dimension % 8));
        int place = 0;
        for (long row = 0; row < masked; row++)
        {
            for (; first[place + 1] <= row; place++)
            {
            }

            ReadOnlySpan<byte> bits = new(kept + (row * rowBytes), rowBytes);
            Require(
                ElementMask.CountOf(bits) == manifest.Dimension - place && (bits[^1] & beyond) == 0,
                files.Embeddings, names.Kept, "keeps other elements than the sizes say");
        }

        return kept;
    }

    /// <summary>Null where every row keeps something, or where rows are masked.</summary>
    public float* DefaultRow()
    {
        long[] first = FirstRow();
        return manifest.Layout == RowLayout.Prefix && first[^1] > first[^2] ? Tensor<float>(files.Embeddings, names.Default, manifest.Dimension).As<float>() : null;
    }

    /// <summary>Null where each value has a row of its own.</summary>
    public uint* RowsOfValue()
    {
        if (entry.Shared is not { } shared)
        {
            return null;
        }

        long count = rows * shared.RowsOfValue;
        uint* rowsOfValue = Tensor<uint>(files.Embeddings, names.RowsOfValue, count).As<uint>();
        for (long i = 0; i < count; i++)
        {
            bool second = shared.RowsOfValue == 2 && i % 2 == 1;
            Require(
                rowsOfValue[i] < shared.Rows || (second && rowsOfValue[i] == SharedRowReader.None),
                files.Embeddings, names.RowsOfValue, "names a row that is not there");
        }

        return rowsOfValue;
    }

    private static SafetensorsView Tensor<T>(SafetensorsFile file, string name, long count)
        where T : unmanaged
    {
        SafetensorsView view = file.Tensor(name);
        _ = view.As<T>();
        Require(view.Tensor.ElementCount == count, file, name, $"has {view.Tensor.ElementCount} numbers, expected {count}");
        return view;
    }

    private static void Require(bool holds, SafetensorsFile file, string name, string problem)
    {
        if (!holds)
        {
            throw new ArtifactException($"{file.Path}: the tensor '{name}' {problem}; export the bundle again.");
        }
    }
}
