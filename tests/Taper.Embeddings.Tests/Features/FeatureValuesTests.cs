using System.Text;
using CsCheck;
using Taper.Embeddings.Features;

namespace Taper.Embeddings.Tests.Features;

public sealed class FeatureValuesTests
{
    [Fact]
    public void Texts_in_memory_come_in_order_and_as_often_as_asked_for() => Gen.String[Gen.Char[' ', '\u2fff'], 0, 9].Array[0, 40].Sample(texts =>
    {
        FeatureValues values = FeatureValues.Of(texts);
        Assert.Equal(texts.Length, values.Count);
        for (int time = 0; time < 2; time++)
        {
            List<(int, string)> seen = [];
            values.Visit((id, utf8) => seen.Add((id, Encoding.UTF8.GetString(utf8))));
            Assert.Equal(texts.Select((text, id) => (id, text)), seen);
        }

        Assert.Equal(texts, values.ToArray());
    });
}
