using System.IO.Compression;
using CsCheck;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Tests.Storage;
using Taper.Embeddings.Weights;

namespace Taper.Embeddings.Tests.Weights;

public sealed class HostilePyTorchTests : IDisposable
{
    private static readonly TorchTensor Sound = new("w", "FloatStorage", "0", 4, 0, [2, 2], [2, 1]);

    private readonly TemporaryFolder temporary = new();

    public static TheoryData<string, byte[]> HostilePickles => new()
    {
        { "asks for 'os.system'", Pickle(2, p => p.Global("os", "system").Text("touch owned").Raw(0x85).Raw("R")) },
        { "asks for 'os.system'", Pickle(4, p => p.Global("os", "system").Text("touch owned").Raw(0x85).Raw("R")) },
        { "asks for 'builtins.eval'", Pickle(4, p => p.Global("builtins", "eval")) },
        { "asks for 'torch._utils._rebuild_tensor_v2.x'", Pickle(2, p => p.Global("torch._utils", "_rebuild_tensor_v2.x")) },
        { "asks for 'collections.OrderedDict.fromkeys'", Pickle(4, p => p.Global("collections.OrderedDict", "fromkeys")) },
        { "asks for 'torch.UntypedStorage'", Pickle(2, p => p.Global("torch", "UntypedStorage")) },
        { "asks for 'o?[31ms.'", Pickle(2, p => p.Global("o\u001b[31ms", "")) },
        { "opcode 0x69", Pickle(2, p => p.Raw("(ios\nsystem\n")) },
        { "opcode 0x6f", Pickle(2, p => p.Raw("(").Global("collections", "OrderedDict").Raw("o")) },
        { "opcode 0x81", Pickle(2, p => p.Global("collections", "OrderedDict").Raw(")").Raw(0x81)) },
        { "opcode 0x82", Pickle(2, p => p.Raw(0x82, 1)) },
        { "opcode 0x42", Pickle(2, p => p.Raw("B").Raw(1, 0, 0, 0, 65)) },
        { "opcode 0xff", Pickle(2, p => p.Raw(0xff)) },
        { "protocol 6", Pickle(6, p => p.Raw("}")) },
        { "form that is not read", Pickle(2, p => p.Global("collections", "OrderedDict").Raw("]").Raw(0x85).Raw("R")) },
        { "form that is not read", Pickle(2, p => p.Text("x").Raw(")R")) },
        { "form that is not read", Pickle(2, p => p.Global("torch", "FloatStorage").Raw(")R")) },
        { "form that is not read", Pickle(2, p => p.Global("torch._utils", "_rebuild_parameter").Raw("}").Raw("NN").Raw(0x87).Raw("R")) },
        { "form that is not read", Pickle(2, p => p.Global("torch._utils", "_rebuild_tensor_v2").Raw(")R")) },
    };

    public static TheoryData<string, byte[]> DamagedPickles => new()
    {
        { "memo that is not there", Pickle(2, p => p.Raw("h").Raw(3)) },
        { "long memo that is not there", Pickle(2, p => p.Raw("j").Raw(255, 255, 255, 255)) },
        { "pop of nothing", Pickle(2, p => p.Raw("s")) },
        { "pop below a mark", Pickle(2, p => p.Raw("}").Text("a").Raw("(Nst")) },
        { "tuple without a mark", Pickle(2, p => p.Raw("Nt")) },
        { "tuple of more than there is", Pickle(2, p => p.Raw("N").Raw(0x87)) },
        { "items of an odd number", Pickle(2, p => p.Raw("}(NNNu")) },
        { "items of a list", Pickle(2, p => p.Raw("](NNu")) },
        { "append to a dictionary", Pickle(2, p => p.Raw("}Na")) },
        { "appends to nothing", Pickle(2, p => p.Raw("(Ne")) },
        { "attributes of a number", Pickle(2, p => p.Int(1).Raw("}b")) },
        { "attributes that are a tuple", Pickle(2, p => p.Raw("})b")) },
        { "persistent id that is text", Pickle(2, p => p.Text("0").Raw("Q")) },
        { "global of numbers", Pickle(4, p => p.Int(1).Int(2).Raw(0x93)) },
        { "call with no tuple", Pickle(2, p => p.Global("collections", "OrderedDict").Raw("NR")) },
        { "text beyond the end", Pickle(2, p => p.Raw("X").Raw(255, 255, 255, 255)) },
        { "text that is not UTF-8", Pickle(2, p => p.Raw("X").Raw(1, 0, 0, 0, 0xff)) },
        { "line without an end", [0x80, 2, (byte)'c', (byte)'o', (byte)'s'] },
        { "no end", [0x80, 2, (byte)'}'] },
        { "nothing", [] },
        { "end of nothing", Pickle(2, _ => { }) },
        { "no dictionary", Pickle(2, p => p.Tensor(Sound)) },
        { "number", Pickle(2, p => p.Int(1)) },
    };

    public static TheoryData<string, long, long, long[], long[]> HostileTensors => new()
    {
        { "one too many", 4, 0, [5], [1] },
        { "start behind the end", 4, 5, [0], [1] },
        { "start too late", 4, 1, [2, 2], [2, 1] },
        { "negative start", 4, -1, [1], [1] },
        { "start that overflows in bytes", 4, long.MaxValue, [1], [1] },
        { "negative size", 4, 0, [-1, -4], [1, 1] },
        { "negative stride", 4, 3, [4], [-1] },
        { "stride beyond the end", 4, 0, [2], [4] },
        { "stride that overflows", 4, 0, [3, 1], [long.MaxValue, 1] },
        { "strides that overflow together", 4, 0, [2, 2], [long.MaxValue, long.MaxValue] },
        { "sizes that overflow", 4, 0, [1L << 32, 1L << 32], [0, 0] },
        { "sizes that overflow to one", 4, 0, [long.MaxValue, long.MaxValue], [0, 0] },
        { "more elements than there are", 4, 0, [1L << 40], [0] },
        { "fewer strides than sizes", 4, 0, [2, 2], [1] },
        { "too many dimensions", 4, 0, [.. Enumerable.Repeat(1L, 17)], [.. Enumerable.Repeat(1L, 17)] },
        { "storage longer than its record", 5, 0, [4], [1] },
        { "storage that overflows in bytes", (1L << 62) + 4, 0, [4], [1] },
        { "storage of negative length", -1, 0, [0], [1] },
    };

    [Theory]
    [MemberData(nameof(HostilePickles))]
    public void A_pickle_that_asks_for_more_than_tensors_is_refused_by_name(string what, byte[] pickle)
    {
        ArtifactException error = Refused(TorchFile.Of(pickle));
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
        Assert.Contains("save only the state dict", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [MemberData(nameof(DamagedPickles))]
    public void A_damaged_pickle_is_refused(string what, byte[] pickle)
    {
        Assert.NotEmpty(what);
        Refused(TorchFile.Of(pickle, ("0", new byte[16])));
    }

    [Theory]
    [MemberData(nameof(HostileTensors))]
    public void A_tensor_that_reaches_outside_its_storage_is_refused(string what, long count, long first, long[] sizes, long[] strides)
    {
        Assert.NotEmpty(what);
        TorchTensor tensor = new("w", "FloatStorage", "0", count, first, sizes, strides);
        Refused(TorchFile.Of(new PickleWriter(2).StateDict(tensor).End(), ("0", new byte[16])));
    }

    [Fact]
    public void Deep_nesting_needs_no_stack()
    {
        const int depth = 1_000_000;
        Refused(TorchFile.Of(Pickle(2, p => p.Raw(")").Raw([.. Enumerable.Repeat((byte)0x85, depth)]))));
        Refused(TorchFile.Of(Pickle(2, p => p.Raw(new string('(', depth)))));
        Refused(TorchFile.Of(Pickle(2, p => p.Raw(new string(']', depth)))));
        byte[] dicts = Pickle(2, p =>
        {
            p.Raw(string.Concat(Enumerable.Repeat("}X\u0001\0\0\0a", 100_000)));
            p.Raw("}").Raw(new string('s', 100_000));
        });
        Assert.Contains("nested", Refused(TorchFile.Of(dicts)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dictionaries_that_contain_each_other_are_refused()
    {
        Refused(TorchFile.Of(Pickle(2, p => p.Raw("}q").Raw(0).Text("self").Raw("h").Raw(0).Raw("s"))));
        byte[] laughs = Pickle(2, p =>
        {
            p.Raw("}").Text("w").Tensor(Sound).Raw("s").Raw("q").Raw(0);
            for (byte level = 1; level < 14; level++)
            {
                p.Raw("}(");
                for (int i = 0; i < 20; i++)
                {
                    p.Text($"{i}").Raw("h").Raw((byte)(level - 1));
                }

                p.Raw("u").Raw("q").Raw(level);
            }
        });
        Assert.Contains("repeat", Refused(TorchFile.Of(laughs, ("0", new byte[16]))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("}")]
    [InlineData("]")]
    [InlineData("(")]
    [InlineData("K\u0001")]
    [InlineData("(t")]
    [InlineData("}N\u0085")]
    [InlineData("X\u0001\0\0\0a")]
    [InlineData("}X\u0001\0\0\0aNs")]
    [InlineData("h\u0009h\u0008R")]
    public void Memory_is_a_multiple_of_the_pickle(string repeated)
    {
        TorchTensor wide = new("w", "FloatStorage", "0", 1, 0, [.. Enumerable.Repeat(1L, 16)], [.. Enumerable.Repeat(1L, 16)]);
        byte[] pickle = Pickle(2, p =>
        {
            // Memo 9 is what makes a tensor, memo 8 what it is made from.
            p.Global("torch._utils", "_rebuild_tensor_v2").Raw("q").Raw(9).Raw("(")
                .Raw("(").Text("storage").Global("torch", wide.StorageType).Text("0").Text("cpu").Int(1).Raw("tQ")
                .Int(0).Numbers(wide.Sizes).Numbers(wide.Strides).Raw("NNtq").Raw(8);
            p.Raw(string.Concat(Enumerable.Repeat(repeated, 500_000 / repeated.Length)));
        });
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            _ = PickleMachine.Run(pickle);
        }
        catch (FormatException)
        {
            // A mark is left on the stack; what counts is how far it came.
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 128L * pickle.Length);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused() => Refused(TorchFile.Of(
        Pickle(2, p => p.Raw("}").Text("a.b").Tensor(Sound).Raw("s").Text("a").Raw("}").Text("b").Tensor(Sound).Raw("ss")), ("0", new byte[16])));

    [Fact]
    public void Records_that_are_missing_compressed_twice_or_elsewhere_are_refused()
    {
        byte[] pickle = new PickleWriter(2).StateDict(Sound).End();
        byte[] storage = new byte[16];
        Assert.Contains("'m/data/0' is missing", Refused(new TorchFile().Add("m/data.pkl", pickle).End()).Message, StringComparison.Ordinal);
        Refused(new TorchFile().Add("m/data/0", storage).End());
        Refused(new TorchFile().Add("data.pkl", pickle).Add("data/0", storage).End());
        Refused(new TorchFile().Add("m/data.pkl", pickle).Add("m/data/0", storage, method: 8).End());
        Refused(new TorchFile().Add("m/data.pkl", pickle).Add("m/data/0", storage).Add("m/data/0", storage).End());
        Refused(new TorchFile().Add("m/data.pkl", pickle).Add("n/data.pkl", pickle).Add("m/data/0", storage).End());
        Refused(new TorchFile().Add("m/data.pkl", pickle).Add("m/byteorder", "big"u8.ToArray()).Add("m/data/0", storage).End());
        byte[] whole = new TorchFile().Add("m/data/0", storage).Add("m/data.pkl", pickle).End();
        Refused([.. "PK\u0003\u0005"u8, .. whole[4..]]);
    }

    [Fact]
    public void A_compressed_archive_is_refused()
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using Stream pickle = zip.CreateEntry("m/data.pkl", CompressionLevel.Optimal).Open();
            pickle.Write(new PickleWriter(2).StateDict(Sound).End());
        }

        Assert.Contains("compressed", Refused(stream.ToArray()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_file_is_refused_wherever_it_ends()
    {
        byte[] whole = Whole();
        for (int length = 0; length < whole.Length; length++)
        {
            Refused(whole[..length]);
        }
    }

    [Fact]
    public void Every_flipped_byte_is_refused_or_harmless()
    {
        byte[] whole = Whole();
        foreach (byte mask in (byte[])[1, 16, 128, 255])
        {
            for (int at = 0; at < whole.Length; at++)
            {
                HostileBytes.AssertReadOrRefused(temporary["model.pt"], HostileBytes.Flipped(whole, at, mask));
            }
        }
    }

    [Fact]
    public void Any_pickle_of_known_opcodes_is_read_or_refused() => Gen.OneOf(
            "N", "}", "]", ")", "(", "t", "s", "u", "a", "e", "R", "b", "Q", "\u0085", "\u0086", "\u0087", "\u0094", "\u0093",
            "K\u0001", "X\u0001\0\0\0a", "h\0", "h\u0001", "q\0", "q\u0001", "ctorch\nFloatStorage\n", "ccollections\nOrderedDict\n",
            "ctorch._utils\n_rebuild_tensor_v2\n",
            "((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\00X\u0003\0\0\0cpuK\u0004tQK\0)").Array[0, 30].Sample(
        codes => HostileBytes.AssertReadOrRefused(
            temporary["model.pt"], TorchFile.Of(Pickle(2, p => p.Raw(string.Concat(codes))), ("0", new byte[16]))),
        iter: 2000,
        threads: 1);

    public void Dispose() => temporary.Dispose();

    private static byte[] Pickle(byte protocol, Action<PickleWriter> write)
    {
        PickleWriter writer = new(protocol);
        write(writer);
        return writer.End();
    }

    private static byte[] Whole() => TorchFile.Of(
        new PickleWriter(2).StateDict(Sound, Sound with { Name = "t", Key = "1", Strides = [1, 2] }).End(), ("0", new byte[16]), ("1", new byte[16]));

    private ArtifactException Refused(byte[] bytes)
    {
        File.WriteAllBytes(temporary["model.pt"], bytes);
        ArtifactException error = Assert.Throws<ArtifactException>(() => WeightFile.Open(temporary["model.pt"]).Dispose());
        Assert.StartsWith(temporary["model.pt"], error.Message, StringComparison.Ordinal);
        return error;
    }
}
