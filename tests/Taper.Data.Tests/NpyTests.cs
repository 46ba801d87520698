using System.Text;
using CsCheck;
using Taper.Data.Columns;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Weights;

namespace Taper.Data.Tests;

public sealed class NpyTests
{
    [Fact]
    public void What_is_written_is_read_back() => Gen.Select(Gen.Int.Array[0, 40_000], Gen.Int.Array[0, 100]).Sample(
        parts =>
        {
            using Workspace work = new();
            string path = Path.Combine(work.Folder, "x.npy");
            using (NpyWriter<int> writer = new(path))
            {
                foreach (int value in parts.Item1)
                {
                    writer.Write(value);
                }

                writer.Write(parts.Item2.AsSpan());
                writer.Finish();
            }

            using NpyFile<int> file = new(path);
            return file.Values.SequenceEqual([.. parts.Item1, .. parts.Item2]);
        },
        iter: 30);

    [Fact]
    public void The_head_is_that_of_the_format()
    {
        byte[] head = NpyHeader.Of("<f4", 3);
        Assert.Equal(128, head.Length);
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0], head[..10]);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }".PadRight(117) + "\n", Encoding.ASCII.GetString(head[10..]));
    }

    [Fact]
    public void A_table_is_read_back() => Gen.Select(Gen.Int[0, 300], Gen.Int[0, 255], Gen.Int).Sample(
        (rows, width, seed) =>
        {
            using Workspace work = new();
            Random random = new(seed);
            float[] numbers = [.. Enumerable.Range(0, rows * Math.Max(1, width)).Select(_ => random.NextSingle())];
            string path = Path.Combine(work.Folder, "table.npy");
            NpyTable.Write(path, width > 0 ? [rows, width] : [rows], (row, destination) => numbers.AsSpan(row * destination.Length, destination.Length).CopyTo(destination));
            using WeightFile file = WeightFile.Open(path);
            float[] read = new float[numbers.Length];
            file.Read("table", 0, read);
            return read.SequenceEqual(numbers) && file.Tensors["table"].SequenceEqual(width > 0 ? [rows, width] : [rows]);
        },
        iter: 30);

    [Theory]
    [InlineData(127)]
    [InlineData(131)]
    [InlineData(139)]
    [InlineData(144)]
    public void A_file_of_another_length_is_refused(int length)
    {
        using Workspace work = new();
        string path = Write(work, [1, 2, 3]);
        byte[] bytes = File.ReadAllBytes(path);
        Array.Resize(ref bytes, length);
        File.WriteAllBytes(path, bytes);
        ArtifactException refused = Assert.Throws<ArtifactException>(() => new NpyFile<float>(path));
        Assert.Contains(path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_type_and_a_missing_file_are_refused()
    {
        using Workspace work = new();
        string path = Write(work, [1]);
        Assert.Throws<ArtifactException>(() => new NpyFile<int>(path));
        Assert.Throws<ArtifactException>(() => new NpyFile<float>(path + "x"));
    }

    private static string Write(Workspace work, float[] values)
    {
        string path = Path.Combine(work.Folder, "x.npy");
        using NpyWriter<float> writer = new(path);
        writer.Write(values.AsSpan());
        writer.Finish();
        return path;
    }
}
