using CsCheck;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Tests.Storage;
using Taper.Embeddings.Weights;

namespace Taper.Embeddings.Tests.Weights;

public sealed class NpyWeightsTests : IDisposable
{
    private const string Simple = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";

    private readonly TemporaryFolder temporary = new();

    public static TheoryData<string> RefusedHeaders =>
    [
        "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '>f4', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<V2', 'fortran_order': False, 'shape': (4,), }",
        "{'descr': '<U2', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693953,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 2, }",
        "{'descr': '<f4', 'fortran_order': False, }",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 'x'}",
        "{'descr': '<f4', 'fortran_order': os.system('x'), 'shape': (2,), }",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), } + x",
        "{'descr': '<f4, 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<f4",
        "{",
        "",
        $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Concat(Enumerable.Repeat("1,", 1000))} 2), }}",
    ];

    [Fact]
    public void What_numpy_writes_is_read() => Gen.Select(
        SlowElements.Float.Where(d => d != SafetensorsDtype.BF16), Gen.Int[0, 5].Array[0, 4], Gen.Byte.Array[8 * 625], Gen.Int[0, 1 << 20]).Sample(
        (dtype, shape, bytes, piece) =>
        {
            int width = SlowElements.Width(dtype);
            byte[] payload = bytes[..(width * shape.Aggregate(1, (count, size) => count * size))];
            string descriptor = $"{"<=|"[piece % 3]}f{width}";
            using WeightFile file = Open(SlowNpy.File(descriptor, shape, payload));
            Assert.Equal(["weights"], file.Tensors.Keys);
            Assert.Equal(shape.Select(s => (long)s), file.Tensors["weights"]);
            file.AssertReads("weights", SlowElements.All(dtype, payload), piece);
        },
        iter: 200,
        threads: 1);

    [Theory]
    [InlineData("{'shape':(2,),'fortran_order':False,'descr':'f4'}", 1)]
    [InlineData("{\"shape\" : ( 2 , ) , \"descr\" : \"=f4\" , \"fortran_order\" : False }", 2)]
    [InlineData(Simple, 2)]
    [InlineData(Simple, 3)]
    public void Other_spellings_and_versions_are_read(string header, byte version)
    {
        using WeightFile file = Open(SlowNpy.File(header, Floats(1.5f, -2), version));
        Assert.Equal([1.5f, -2], file.ReadAll("weights"));
    }

    [Theory]
    [MemberData(nameof(RefusedHeaders))]
    public void What_is_no_array_of_floats_in_C_order_is_refused(string header)
    {
        ArtifactException error = Refused(SlowNpy.File(header, new byte[8]));
        Assert.StartsWith(temporary["weights.npy"], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("<i8", 1)]
    [InlineData("<u4", 2)]
    [InlineData("|b1", 8)]
    public void Integers_have_a_shape_and_are_not_read(string descriptor, int count)
    {
        using WeightFile file = Open(SlowNpy.File(descriptor, [count], new byte[8]));
        Assert.Equal([count], file.Tensors["weights"]);
        Assert.Throws<ArtifactException>(() => file.Read("weights", 0, new float[1]));
    }

    [Fact]
    public void A_header_longer_than_the_file_is_refused()
    {
        byte[] whole = SlowNpy.File(Simple, new byte[8]);
        (whole[8], whole[9]) = (0xff, 0xff);
        Refused(whole);
        byte[] newer = SlowNpy.File(Simple, new byte[8], version: 2);
        (newer[10], newer[11]) = (0xff, 0xff);
        Refused(newer);
    }

    [Fact]
    public void A_file_of_another_length_or_version_is_refused()
    {
        byte[] whole = SlowNpy.File(Simple, new byte[8]);
        for (int length = 0; length < whole.Length; length++)
        {
            Refused(whole[..length]);
        }

        Refused([.. whole, 0]);
        whole[6] = 4;
        Refused(whole);
    }

    [Fact]
    public void Elements_beyond_4_GiB_are_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs sparse files");
        const long count = (1L << 30) + (1L << 28);
        byte[] head = SlowNpy.File($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({count / 16}, 16), }}", []);
        using (FileStream stream = new(temporary["weights.npy"], FileMode.Create))
        {
            stream.Write(head);
            stream.SetLength(head.Length + (count * sizeof(float)));
            stream.Position = stream.Length - (2 * sizeof(float));
            stream.Write(Floats(7, 8));
        }

        using WeightFile file = WeightFile.Open(temporary["weights.npy"]);
        float[] last = new float[3];
        file.Read("weights", count - 3, last);
        Assert.Equal([0, 7, 8], last);
    }

    public void Dispose() => temporary.Dispose();

    private static byte[] Floats(params float[] values) => [.. values.SelectMany(BitConverter.GetBytes)];

    private WeightFile Open(byte[] bytes)
    {
        File.WriteAllBytes(temporary["weights.npy"], bytes);
        return WeightFile.Open(temporary["weights.npy"]);
    }

    private ArtifactException Refused(byte[] bytes) => Assert.Throws<ArtifactException>(() => Open(bytes).Dispose());
}
