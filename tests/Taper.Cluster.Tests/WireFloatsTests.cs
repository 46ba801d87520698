using System.Runtime.InteropServices;
using CsCheck;

namespace Taper.Cluster.Tests;

public sealed class WireFloatsTests
{
    private static readonly Gen<float[]> AnyFloats = Gen.Float.Array[0, 70];

    [Fact]
    public void Whole_floats_keep_every_bit() => AnyFloats.Sample(values =>
    {
        float[] back = new float[values.Length];
        WireFloats.Decode(WireFloats.Encode(values, WirePrecision.Fp32), back, WirePrecision.Fp32);
        Assert.Equal(MemoryMarshal.AsBytes<float>(values), MemoryMarshal.AsBytes<float>(back));
    });

    [Fact]
    public void Half_floats_are_rounded_to_the_nearest() => AnyFloats.Sample(values =>
    {
        byte[] bytes = WireFloats.Encode(values, WirePrecision.Fp16);
        Assert.Equal(2 * values.Length, bytes.Length);
        float[] back = new float[values.Length];
        WireFloats.Decode(bytes, back, WirePrecision.Fp16);
        Assert.Equal(values.Select(value => (float)(Half)value), back);
    });

    [Theory]
    [InlineData(WirePrecision.Fp32, 7)]
    [InlineData(WirePrecision.Fp32, 12)]
    [InlineData(WirePrecision.Fp16, 3)]
    [InlineData(WirePrecision.Fp16, 8)]
    public void Other_lengths_are_refused(WirePrecision precision, int length)
    {
        var refusal = Assert.Throws<FormatException>(() => WireFloats.Decode(new byte[length], new float[2], precision));
        Assert.StartsWith($"{length} bytes came", refusal.Message, StringComparison.Ordinal);
    }
}
