using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Tests.Storage;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    public static TheoryData<string, string> HostileHeaders => new()
    {
        { "no JSON", "{" },
        { "no object", "[]" },
        { "a tensor that is no object", """{"a":1}""" },
        { "missing shape", """{"a":{"dtype":"F32","data_offsets":[0,16]}}""" },
        { "unknown dtype", """{"a":{"dtype":"F8_E4M3","shape":[16],"data_offsets":[0,16]}}""" },
        { "dtype that is a number", """{"a":{"dtype":3,"shape":[16],"data_offsets":[0,16]}}""" },
        { "beyond the end", """{"a":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}""" },
        { "short of the end", """{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""" },
        { "negative offset", """{"a":{"dtype":"F32","shape":[4],"data_offsets":[-16,0]}}""" },
        { "backward range", """{"a":{"dtype":"U8","shape":[0],"data_offsets":[16,0]}}""" },
        { "one offset", """{"a":{"dtype":"F32","shape":[4],"data_offsets":[16]}}""" },
        { "fractional offset", """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16.5]}}""" },
        { "shape and bytes differ", """{"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,16]}}""" },
        { "negative shape", """{"a":{"dtype":"F32","shape":[-2,-2],"data_offsets":[0,16]}}""" },
        { "shape that overflows", """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""" },
        { "bytes that overflow", """{"a":{"dtype":"F64","shape":[4611686018427387904],"data_offsets":[0,0]}}""" },
        { "overlap", """{"a":{"dtype":"U8","shape":[10],"data_offsets":[0,10]},"b":{"dtype":"U8","shape":[8],"data_offsets":[8,16]}}""" },
        { "gap", """{"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]},"b":{"dtype":"U8","shape":[8],"data_offsets":[8,16]}}""" },
        { "the same name twice", """{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[8],"data_offsets":[8,16]}}""" },
        { "metadata that is no text", """{"__metadata__":{"x":1},"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""" },
    };

    [Fact]
    public void What_is_written_is_read() => Gen.Select(
        Gen.Float.Array[0, 50], Gen.ULong.Array[0, 20], Gen.Byte.Array[0, 9]).Sample(
        (floats, keys, bytes) =>
        {
            SafetensorsTensor[] tensors =
            [
                new("v.keys", SafetensorsDtype.U64, [keys.Length]),
                new("v.\"values\" ä", SafetensorsDtype.F32, [1, floats.Length]),
                new("v.sizes", SafetensorsDtype.U8, [bytes.Length]),
            ];
            string path = Write(tensors, new Dictionary<string, string> { ["format"] = "1" }, writer =>
            {
                writer.Write<ulong>(keys);
                writer.Write<float>(floats);
                writer.Write(bytes.AsSpan());
            });
            using SafetensorsFile file = SafetensorsFile.Open(path);
            Assert.Equal(keys, file.Tensor("v.keys").AsSpan<ulong>().ToArray());
            Assert.Equal(floats, file.Tensor("v.\"values\" ä").AsSpan<float>().ToArray());
            Assert.Equal(bytes, file.Tensor("v.sizes").AsSpan<byte>().ToArray());
            Assert.Equal([1L, floats.Length], file.Tensor("v.\"values\" ä").Shape);
            Assert.Equal("1", file.Metadata["format"]);
            Assert.Equal(3, file.Names.Count);
        },
        iter: 50);

    [Fact]
    public unsafe void Payloads_may_come_in_pieces_from_native_memory_and_start_aligned()
    {
        using EmbeddingTable table = new(100, 5);
        table.FillNormal(1, 1);
        string path = Write([new("t", SafetensorsDtype.F32, [100, 5])], null, writer =>
        {
            writer.Write(table.Pointer, 1000);
            writer.Write((byte*)table.Pointer + 1000, table.ByteLength - 1000);
        });
        using SafetensorsFile file = SafetensorsFile.Open(path);
        SafetensorsView view = file.Tensor("t");
        Assert.Equal(0, (nint)view.Pointer % 64);
        Assert.Equal(table.ByteLength, view.ByteLength);
        Assert.Equal(new ReadOnlySpan<float>(table.Pointer, 500), view.AsSpan<float>());
        Assert.Equal(table[99][4], view.As<float>()[499]);
    }

    [Fact]
    public void A_file_of_no_tensors_and_a_scalar_are_sound()
    {
        using SafetensorsFile none = SafetensorsFile.Open(Write([], null, _ => { }));
        Assert.Empty(none.Names);
        using SafetensorsFile scalar = SafetensorsFile.Open(
            Write([new("s", SafetensorsDtype.F64, [])], null, writer => writer.Write<double>([2.5])));
        Assert.Equal([2.5], scalar.Tensor("s").AsSpan<double>().ToArray());
    }

    [Theory]
    [MemberData(nameof(HostileHeaders))]
    public void A_hostile_header_is_refused(string what, string header)
    {
        string path = Raw((ulong)Encoding.UTF8.GetByteCount(header), Encoding.UTF8.GetBytes(header), payload: 16);
        ArtifactException error = Assert.Throws<ArtifactException>(() => SafetensorsFile.Open(path).Dispose());
        Assert.True(error.Message.StartsWith(path, StringComparison.Ordinal), what);
    }

    [Theory]
    [InlineData(ulong.MaxValue)]
    [InlineData(1UL << 62)]
    [InlineData(100_000_001UL)]
    [InlineData(1000UL)]
    [InlineData(0UL)]
    public void A_wrong_header_length_is_refused(ulong length) =>
        Assert.Throws<ArtifactException>(() => SafetensorsFile.Open(Raw(length, "{}"u8.ToArray(), payload: 16)));

    [Fact]
    public void A_truncated_file_is_refused_wherever_it_ends()
    {
        string path = Write([new("t", SafetensorsDtype.F32, [4])], null, writer => writer.Write<float>([1, 2, 3, 4]));
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<ArtifactException>(() => SafetensorsFile.Open(path));
        }

        File.WriteAllBytes(path, [.. whole, 0]);
        Assert.Throws<ArtifactException>(() => SafetensorsFile.Open(path));
    }

    [Fact]
    public void A_flipped_bit_is_refused_or_harmless() => Gen.Select(Gen.Int[0, 1 << 20], Gen.Int[0, 7]).Sample(
        (at, bit) =>
        {
            string path = Write(
                [new("t", SafetensorsDtype.F32, [2, 2]), new("u", SafetensorsDtype.U8, [3])],
                null,
                writer => writer.Write(new byte[19].AsSpan()));
            byte[] bytes = File.ReadAllBytes(path);
            bytes[at % bytes.Length] ^= (byte)(1 << bit);
            File.WriteAllBytes(path, bytes);
            try
            {
                using SafetensorsFile file = SafetensorsFile.Open(path);
                Assert.Equal(19, file.Names.Sum(name => file.Tensor(name).ByteLength));
            }
            catch (ArtifactException)
            {
            }
        },
        iter: 300);

    [Fact]
    public void A_wrong_type_a_missing_tensor_and_a_missing_file_are_refused()
    {
        string path = Write([new("t", SafetensorsDtype.F32, [1])], null, writer => writer.Write<float>([1]));
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            Assert.Throws<ArtifactException>(() => _ = file.Tensor("t").AsSpan<int>().Length);
            Assert.Throws<ArtifactException>(() => file.Tensor("u"));
            Assert.False(file.Contains("u"));
        }

        Assert.Throws<ArtifactException>(() => SafetensorsFile.Open(temporary["none"]));
    }

    [Fact]
    public void The_writer_refuses_too_much_too_little_and_a_name_twice()
    {
        SafetensorsTensor tensor = new("t", SafetensorsDtype.U8, [2]);
        Assert.Throws<InvalidOperationException>(() => Write([tensor], null, writer => writer.Write(new byte[3].AsSpan())));
        Assert.Throws<InvalidOperationException>(() => Write([tensor], null, writer => writer.Write(new byte[1].AsSpan())));
        Assert.Throws<ArgumentException>(() => Write([tensor, tensor], null, _ => { }));
        Assert.Throws<ArgumentException>(() => Write([tensor with { Name = "__metadata__" }], null, _ => { }));
    }

    public void Dispose() => temporary.Dispose();

    private string Write(
        SafetensorsTensor[] tensors, Dictionary<string, string>? metadata, Action<SafetensorsWriter> payload)
    {
        string path = temporary[Path.GetRandomFileName()];
        using FileStream stream = File.Create(path);
        SafetensorsWriter writer = new(stream, tensors, metadata);
        payload(writer);
        writer.Complete();
        return path;
    }

    private string Raw(ulong headerLength, byte[] header, int payload)
    {
        string path = temporary[Path.GetRandomFileName()];
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, headerLength);
        File.WriteAllBytes(path, [.. length, .. header, .. new byte[payload]]);
        return path;
    }
}
