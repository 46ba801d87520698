using CsCheck;
using Taper.Embeddings.Features;
using Taper.Models.Compact;

namespace Taper.Models.Tests.Compact;

public sealed unsafe class KeyIndexTests
{
    [Fact]
    public void Every_key_is_found_and_no_other() => Gen.Select(Gen.ULong.HashSet[0, 300], Gen.ULong.Array[0, 50]).Sample(
        (present, others) =>
        {
            ulong[] keys = [.. present];
            Assert.True(KeyIndex.TryBuild(keys, out uint[] slots));
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
            Assert.True(KeyIndex.TryBuild(keys, out uint[] slots));
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
        Assert.True(KeyIndex.TryBuild(keys, out uint[] slots, 3));
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
        ValueKeys keys = ValueKeys.Of(vocabulary, RowOrder.Of(vocabulary.Sizes, 2), (value, seed) => seed < 3 ? 5UL : value[0]);
        Assert.Equal(3, keys.Seed);
        Assert.Equal([0UL, 0UL, 'a', 'b'], keys.Keys);
    }

    [Fact]
    public void Any_key_that_appears_twice_is_noticed() => Gen.Select(Gen.ULong.HashSet[2, 300], Gen.Int[0, 299], Gen.Int[0, 300]).Sample(
        (distinct, from, to) =>
        {
            List<ulong> keys = [.. distinct];
            keys.Insert(to % (keys.Count + 1), keys[from % keys.Count]);
            Assert.False(KeyIndex.TryBuild(keys.ToArray(), out _));
        });

    [Fact]
    public void Keys_follow_their_values_to_the_rows() => Gen.Byte[0, 3].Array[2, 200].Sample(sizes =>
    {
        BundleVocabulary vocabulary = Vocabulary([.. sizes.Select((_, id) => $"v{id}")]) with { Sizes = sizes };
        RowOrder order = RowOrder.Of(sizes, 3);
        ValueKeys keys = ValueKeys.Of(vocabulary, order);
        Assert.Equal(order.Ids.Select(id => id < 2 ? 0 : FeatureKey.Hash($"v{id}", keys.Seed)), keys.Keys);
    });

    [Fact]
    public void A_value_that_appears_twice_is_refused() => Assert.Contains(
        "twice", Assert.Throws<ArgumentException>(() => Keys("", "", "a", "a")).Message, StringComparison.Ordinal);

    [Fact]
    public void Values_that_do_not_come_as_they_should_are_refused()
    {
        BundleVocabulary vocabulary = Vocabulary("", "", "a", "b");
        foreach (int[] ids in (int[][])[[0, 1, 2], [0, 2, 1, 3], [0, 1, 2, 3, 4]])
        {
            BundleVocabulary wrong = vocabulary with { Values = new Wrong(ids) };
            Assert.Throws<ArgumentException>(() => ValueKeys.Of(wrong, RowOrder.Of(vocabulary.Sizes, 2)));
        }
    }

    private static ValueKeys Keys(params string[] values) => ValueKeys.Of(Vocabulary(values), RowOrder.Of(new byte[values.Length], 2));

    private static BundleVocabulary Vocabulary(params string[] values) => new()
    {
        Name = "v",
        Values = FeatureValues.Of(values),
        Counts = new long[values.Length],
        Sizes = new byte[values.Length],
        FirstRow = 0,
    };

    /// <summary>Hands out other ids than 0, 1, 2, 3.</summary>
    private sealed class Wrong(int[] ids) : FeatureValues
    {
        public override int Count => 4;

        public override void Visit(Action<int, ReadOnlySpan<byte>> visitor)
        {
            foreach (int id in ids)
            {
                visitor(id, [(byte)id]);
            }
        }
    }
}
