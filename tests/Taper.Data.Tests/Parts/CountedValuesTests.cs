using CsCheck;
using Taper.Data.Preparing.Parts;

namespace Taper.Data.Tests.Parts;

/// <summary>Messages of values are read as they were written; others are refused, whatever they say of their lengths.</summary>
public sealed class CountedValuesTests
{
    [Fact]
    public void What_was_written_is_read() => Gen.Select(Gen.Byte.Array[1, 40], Gen.Long[0, long.MaxValue]).Array[0, 20].Sample(values =>
    {
        CountedValues message = new();
        Array.ForEach(values, value => message.Add(value.Item1, value.Item2));
        Assert.Equal(values, Read(message.Take()));
        Assert.True(message.IsEmpty);
    });

    [Fact]
    public void A_damaged_message_is_refused_or_read_to_its_end() => Gen.Select(Gen.Byte.Array[1, 20], Gen.Long[1, 99]).Array[1, 5].Select(Gen.Int[0, 1000], Gen.Byte).Sample(
        (values, at, value) =>
        {
            CountedValues message = new();
            Array.ForEach(values, added => message.Add(added.Item1, added.Item2));
            byte[] bytes = message.Take();
            bytes[at % bytes.Length] = value;
            try
            {
                Assert.Equal(bytes.Length, Read(bytes.AsSpan(0, bytes.Length - (at % 2))).Sum(read => 12 + read.Item1.Length) + (at % 2));
            }
            catch (FormatException e)
            {
                Assert.Equal("A message of counted values is damaged.", e.Message);
            }
        });

    private static List<(byte[], long)> Read(ReadOnlySpan<byte> message)
    {
        List<(byte[], long)> read = [];
        while (CountedValues.TryRead(ref message, out ReadOnlySpan<byte> utf8, out long count))
        {
            read.Add((utf8.ToArray(), count));
        }

        return read;
    }
}
