using System.Text;
using CsCheck;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Tests.Storage;
using Taper.Embeddings.Weights;

namespace Taper.Embeddings.Tests.Weights;

public sealed class SafetensorsWeightsTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    [Fact]
    public void What_is_written_is_read() => Gen.Select(
        SlowElements.Float, Gen.Int[0, 5].Array[0, 4], Gen.Byte.Array[8 * 625], Gen.Int[0, 1 << 20]).Sample(
        (dtype, shape, bytes, piece) =>
        {
            byte[] payload = bytes[..(SlowElements.Width(dtype) * shape.Aggregate(1, (count, size) => count * size))];
            string path = temporary["model.bin"];
            AtomicFile.Write(path, stream =>
            {
                SafetensorsWriter writer = new(
                    stream, [new("odd", SafetensorsDtype.U8, [3]), new("a.weight", dtype, [.. shape.Select(s => (long)s)])]);
                writer.Write("odd"u8);
                writer.Write(payload.AsSpan());
                writer.Complete();
            });
            using WeightFile file = WeightFile.Open(path);
            Assert.Equal(path, file.Path);
            Assert.Equal(["a.weight", "odd"], file.Tensors.Keys.Order());
            Assert.Equal(shape.Select(s => (long)s), file.Tensors["a.weight"]);
            file.AssertReads("a.weight", SlowElements.All(dtype, payload), piece);
            ArtifactException error = Assert.Throws<ArtifactException>(() => file.Read("odd", 0, new float[3]));
            Assert.Contains("U8", error.Message, StringComparison.Ordinal);
        },
        iter: 200,
        threads: 1);

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[10],"data_offsets":[0,10]},"b":{"dtype":"U8","shape":[8],"data_offsets":[8,16]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},"b":{"dtype":"U8","shape":[8],"data_offsets":[8,16]}}""")]
    [InlineData("""{"a":""")]
    public void Offsets_that_overlap_or_reach_outside_are_refused(string header)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(temporary["a"], [.. BitConverter.GetBytes((ulong)text.Length), .. text, .. new byte[16]]);
        Assert.Throws<ArtifactException>(() => WeightFile.Open(temporary["a"]));
    }

    public void Dispose() => temporary.Dispose();
}
