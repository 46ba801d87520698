using Taper.Embeddings.Weights;

namespace Taper.Embeddings.Tests.Weights;

/// <summary>What holds for a tensor of any file: the whole, any piece, and nothing beyond.</summary>
internal static class ReadingChecks
{
    public static float[] ReadAll(this WeightFile file, string name)
    {
        float[] all = new float[file.Tensors[name].Aggregate(1L, (count, size) => count * size)];
        file.Read(name, 0, all);
        return all;
    }

    public static void AssertReads(this WeightFile file, string name, float[] expected, int pieceSeed)
    {
        Assert.Equal(expected, file.ReadAll(name));
        int first = pieceSeed % (expected.Length + 1);
        int count = pieceSeed / 7 % (expected.Length - first + 1);
        float[] piece = new float[count];
        file.Read(name, first, piece);
        Assert.Equal(expected[first..(first + count)], piece);
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(name, -1, new float[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(name, first, new float[expected.Length - first + 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(name, long.MaxValue, new float[1]));
    }
}
