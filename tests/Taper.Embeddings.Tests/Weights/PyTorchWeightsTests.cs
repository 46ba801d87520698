using CsCheck;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Tests.Storage;
using Taper.Embeddings.Weights;

namespace Taper.Embeddings.Tests.Weights;

public sealed class PyTorchWeightsTests : IDisposable
{
    /// <summary>Of four dimensions, each up to 5 with every second element left out, and 3 elements before and behind.</summary>
    private const int MostElements = (10 * 10 * 10 * 10) + 6;

    private readonly TemporaryFolder temporary = new();

    /// <summary>A view of a storage: dimensions in any order in memory, some of them with gaps.</summary>
    private static Gen<TorchTensor> Views(SafetensorsDtype dtype) => Gen.Int[0, 4].SelectMany(rank => Gen.Select(
        Gen.Long[0, 5].Array[rank], Gen.Long[1, 2].Array[rank], Gen.Double.Array[rank], Gen.Long[0, 3], Gen.Long[0, 3],
        (sizes, gaps, ranks, first, behind) =>
        {
            long[] strides = new long[rank];
            long next = 1;
            foreach (int d in Enumerable.Range(0, rank).OrderBy(d => ranks[d]))
            {
                strides[d] = next * gaps[d];
                next = strides[d] * Math.Max(sizes[d], 1);
            }

            return new TorchTensor("w", TorchTensor.StorageOf(dtype), "17", first + next + behind, first, sizes, strides);
        }));

    [Fact]
    public void Views_of_any_strides_are_read_as_their_elements_are_numbered() => SlowElements.Float.SelectMany(dtype => Gen.Select(
        Gen.Const(dtype), Views(dtype), Gen.Byte.Array[SlowElements.Width(dtype) * MostElements],
        Gen.OneOf<byte>(2, 4), Gen.Int[0, 1 << 20])).Sample(
        (dtype, tensor, bytes, protocol, piece) =>
        {
            byte[] storage = bytes[..(int)(tensor.StorageCount * SlowElements.Width(dtype))];
            using WeightFile file = Open(TorchFile.Of(new PickleWriter(protocol).StateDict(tensor).End(), ("17", storage)));
            Assert.Equal(["w"], file.Tensors.Keys);
            Assert.Equal(tensor.Sizes, file.Tensors["w"]);
            float[] expected = [.. Offsets(tensor, 0, tensor.First).Select(offset => SlowElements.At(dtype, storage, offset))];
            file.AssertReads("w", expected, piece);
        },
        iter: 300,
        threads: 1);

    [Fact]
    public void A_transposed_matrix_is_read_by_its_own_rows()
    {
        TorchTensor transposed = new("t", "FloatStorage", "0", 6, 0, [3, 2], [1, 3]);
        using WeightFile file = Open(TorchFile.Of(new PickleWriter(2).StateDict(transposed).End(), ("0", Floats(0, 1, 2, 3, 4, 5))));
        Assert.Equal([0, 3, 1, 4, 2, 5], file.ReadAll("t"));
    }

    [Fact]
    public void Dictionaries_inside_give_dotted_names_and_what_is_no_tensor_is_left_out()
    {
        TorchTensor tensor = new("", "FloatStorage", "0", 1, 0, [], []);
        byte[] pickle = new PickleWriter(2).Raw("}(")
            .Text("epoch").Int(3).Text("seed").Raw([0x8a, 9, .. new byte[8], 1]).Text("loss").Raw("G").Raw(new byte[8]).Text("none").Raw("N")
            .Text("history").Raw("](").Int(1).Tensor(tensor).Raw("e").Int(7).Raw("a")
            .Text("model_state_dict").Raw("}").Text("users").Raw("}").Text("weight").Tensor(tensor).Raw("s").Raw("s")
            .Text("parameter").Global("torch._utils", "_rebuild_parameter").Tensor(tensor).Raw(0x88)
            .Global("collections", "OrderedDict").Raw(")R").Raw(0x87).Raw("R")
            .Int(5).Tensor(tensor)
            .Text("bias").Tensor(tensor)
            .Raw("u").End();
        using WeightFile file = Open(TorchFile.Of(pickle, ("0", Floats(2.5f))));
        Assert.Equal(["bias", "model_state_dict.users.weight", "parameter"], file.Tensors.Keys.Order());
        Assert.All(file.Tensors.Keys, name => Assert.Equal([2.5f], file.ReadAll(name)));
    }

    [Fact]
    public void A_dictionary_without_tensors_gives_none()
    {
        using WeightFile file = Open(TorchFile.Of(new PickleWriter(2).Raw("}").End()));
        Assert.Empty(file.Tensors);
    }

    [Fact]
    public void Records_are_found_by_zip64_fields()
    {
        TorchTensor tensor = new("w", "FloatStorage", "0", 2, 1, [1], [1]);
        byte[] archive = new TorchFile { Large = true }
            .Add("x/data.pkl", new PickleWriter(2).StateDict(tensor).End()).Add("x/data/0", Floats(1, 2)).End();
        using WeightFile file = Open(archive);
        Assert.Equal([2], file.ReadAll("w"));
        using WeightFile withComment = Open([.. archive[..^2], 3, 0, .. "PK!"u8]);
        Assert.Equal([2], withComment.ReadAll("w"));
    }

    [Fact]
    public void Integers_have_a_shape_and_are_not_read()
    {
        TorchTensor tensor = new("count", "LongStorage", "0", 1, 0, [], []);
        using WeightFile file = Open(TorchFile.Of(new PickleWriter(2).StateDict(tensor).End(), ("0", new byte[8])));
        Assert.Empty(file.Tensors["count"]);
        Assert.Contains("I64", Assert.Throws<ArtifactException>(() => file.Read("count", 0, new float[1])).Message, StringComparison.Ordinal);
    }

    public void Dispose() => temporary.Dispose();

    private static IEnumerable<long> Offsets(TorchTensor tensor, int dimension, long offset)
    {
        if (dimension == tensor.Sizes.Count)
        {
            return [offset];
        }

        return Enumerable.Range(0, (int)tensor.Sizes[dimension])
            .SelectMany(i => Offsets(tensor, dimension + 1, offset + (i * tensor.Strides[dimension])));
    }

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private WeightFile Open(byte[] bytes)
    {
        File.WriteAllBytes(temporary["model.pt"], bytes);
        return WeightFile.Open(temporary["model.pt"]);
    }
}
