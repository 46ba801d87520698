using System.Text;
using CsCheck;
using Taper.Embeddings.Features;

namespace Taper.Embeddings.Tests.Features;

public sealed class FeatureTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(0.3, "0")]
    [InlineData(1, "2")]
    [InlineData(-1, "-2")]
    [InlineData(3, "4")]
    [InlineData(2.9, "3")]
    [InlineData(1e308, "2046")]
    [InlineData(double.NaN, "")]
    [InlineData(double.PositiveInfinity, "")]
    public void A_number_falls_in_its_logarithmic_bucket(double value, string bucket) =>
        Assert.Equal(bucket, LogBucket.Of(value));

    [Theory]
    [InlineData("3", "4")]
    [InlineData(" 3.0 ", "4")]
    [InlineData("-1e0", "-2")]
    [InlineData("", "")]
    [InlineData("three", "")]
    [InlineData("NaN", "")]
    public void Raw_text_is_read_as_a_number(string text, string bucket) => Assert.Equal(bucket, LogBucket.OfText(text));

    [Fact]
    public void Buckets_rise_with_the_number_and_mirror_at_zero() => Gen.Select(Gen.Double[0, 1e12], Gen.Double[0, 1e12]).Sample(
        (a, b) =>
        {
            Assert.True(LogBucket.TryNumberOf(Math.Min(a, b), out int low));
            Assert.True(LogBucket.TryNumberOf(Math.Max(a, b), out int high));
            Assert.True(low <= high);
            Assert.True(LogBucket.TryNumberOf(a, out int number));
            Assert.True(LogBucket.TryNumberOf(-a, out int mirrored));
            Assert.Equal(-number, mirrored);
        });

    [Fact]
    public void Text_and_its_utf8_have_the_same_key() => Gen.Select(Gen.String, Gen.Long).Sample(
        (text, seed) => Assert.Equal(FeatureKey.Hash(Encoding.UTF8.GetBytes(text), seed), FeatureKey.Hash(text, seed)));

    [Fact]
    public void Long_text_and_the_published_vector_have_their_keys()
    {
        string text = new('ä', 5000);
        Assert.Equal(FeatureKey.Hash(Encoding.UTF8.GetBytes(text)), FeatureKey.Hash(text));
        Assert.Equal(0x2D06800538D394C2UL, FeatureKey.Hash(""));
        Assert.NotEqual(FeatureKey.Hash("a", 0), FeatureKey.Hash("a", 1));
    }

    [Fact]
    public void The_vocabulary_is_the_name_unless_shared_or_numeric()
    {
        FeatureField user = new() { Name = "user", Kind = FieldKind.Categorical };
        Assert.Equal("user", user.Vocabulary);
        Assert.Equal("item", (user with { Vocabulary = "item" }).Vocabulary);
        FeatureField age = new() { Name = "age", Kind = FieldKind.Numeric };
        Assert.Equal("", age.Vocabulary);
        Assert.False(age.HasEmbedding);
    }
}
