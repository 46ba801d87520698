using CsCheck;
using Taper.Models.Compact;

namespace Taper.Models.Tests.Compact;

public sealed unsafe class KeyIndexTests
{
    [Fact]
    public void Every_key_is_found_and_no_other() => Gen.Select(Gen.ULong.HashSet[0, 300], Gen.ULong.Array[0, 50]).Sample(
        (present, others) =>
        {
            ulong[] keys = [.. present];
            uint[] slots = KeyIndex.Build(keys);
            fixed (ulong* k = keys)
            fixed (uint* s = slots)
            {
                for (int row = 0; row < keys.Length; row++)
                {
                    Assert.Equal(row, KeyIndex.Find(keys[row], k, s, slots.Length));
                }

                foreach (ulong other in others.Where(other => !present.Contains(other)))
                {
                    Assert.Equal(-1, KeyIndex.Find(other, k, s, slots.Length));
                }
            }
        });

    [Fact]
    public void The_rows_of_a_range_of_keys_are_those_whose_keys_lie_in_it() => Gen.Select(
        Gen.OneOf(Gen.ULong, Gen.ULong[0, 50], Gen.ULong[ulong.MaxValue - 50, ulong.MaxValue]).HashSet[0, 300], Gen.ULong, Gen.ULong).Sample(
        (present, a, b) =>
        {
            ulong[] keys = [.. present];
            uint[] slots = KeyIndex.Build(keys);
            List<int> rows = [];
            fixed (ulong* k = keys)
            fixed (uint* s = slots)
            {
                foreach ((ulong first, ulong last) in (ReadOnlySpan<(ulong, ulong)>)[(Math.Min(a, b), Math.Max(a, b)), (0, a), (b, ulong.MaxValue), (0, 7)])
                {
                    rows.Clear();
                    KeyIndex.AddBetween(first, last, k, s, slots.Length, rows);
                    Assert.Equal(Enumerable.Range(0, keys.Length).Where(row => keys[row] >= first && keys[row] <= last), rows.Order());
                }
            }
        });

    [Fact]
    public void Keys_that_want_one_slot_are_kept_apart()
    {
        ulong[] keys = [ulong.MaxValue, ulong.MaxValue - 1, ulong.MaxValue - 2, 0, 1];
        uint[] slots = KeyIndex.Build(keys, 3);
        fixed (ulong* k = keys)
        fixed (uint* s = slots)
        {
            Assert.Equal(2, KeyIndex.Find(ulong.MaxValue - 2, k, s, slots.Length));
            Assert.Equal(4, KeyIndex.Find(1, k, s, slots.Length));
            Assert.Equal(-1, KeyIndex.Find(0, k, s, slots.Length));
        }
    }

    [Fact]
    public void Colliding_keys_get_another_seed()
    {
        BundleVocabulary vocabulary = Vocabulary("", "", "a", "b");
        ValueKeys keys = ValueKeys.Of(vocabulary, [0, 1, 2, 3], (value, seed) => seed < 3 ? 5UL : value[0]);
        Assert.Equal(3, keys.Seed);
        Assert.Equal([0UL, 0UL, 'a', 'b'], keys.Keys);
    }

    [Fact]
    public void A_value_that_appears_twice_is_refused() => Assert.Contains(
        "twice", Assert.Throws<ArgumentException>(() => ValueKeys.Of(Vocabulary("", "", "a", "a"), [0, 1, 2, 3])).Message, StringComparison.Ordinal);

    private static BundleVocabulary Vocabulary(params string[] values) => new()
    {
        Name = "v",
        Values = values,
        Counts = new long[values.Length],
        Sizes = new byte[values.Length],
        FirstRow = 0,
    };
}
