namespace Taper.Embeddings.Tests.Kernels;

internal static class Close
{
    public static void Equal(IReadOnlyList<double> expected, ReadOnlySpan<float> actual, double tolerance = 1e-5)
    {
        Assert.Equal(expected.Count, actual.Length);
        for (int i = 0; i < actual.Length; i++)
        {
            double allowed = tolerance * Math.Max(1, Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - actual[i]) <= allowed, $"At {i}: expected {expected[i]}, was {actual[i]}.");
        }
    }

    public static unsafe float[] ToArray(EmbeddingTable table) =>
        new ReadOnlySpan<float>(table.Pointer, table.Rows * table.Dimension).ToArray();
}
