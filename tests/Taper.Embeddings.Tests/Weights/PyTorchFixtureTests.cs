using System.Text.Json;
using Taper.Embeddings.Storage;
using Taper.Embeddings.Tests.Storage;
using Taper.Embeddings.Weights;

namespace Taper.Embeddings.Tests.Weights;

/// <summary>Files of a real PyTorch, made by fixtures/make.py.</summary>
public sealed class PyTorchFixtureTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    [Theory]
    [InlineData("float32")]
    [InlineData("protocol4")]
    [InlineData("float16")]
    [InlineData("bfloat16")]
    [InlineData("strided")]
    [InlineData("checkpoint")]
    public void Its_tensors_are_read(string name)
    {
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(Fixture($"{name}.json")));
        using WeightFile file = WeightFile.Open(Fixture($"{name}.pt"));
        Assert.Equal(expected.RootElement.EnumerateObject().Select(p => p.Name).Order(), file.Tensors.Keys.Order());
        foreach (JsonProperty tensor in expected.RootElement.EnumerateObject())
        {
            Assert.Equal(tensor.Value.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()), file.Tensors[tensor.Name]);
            JsonElement values = tensor.Value.GetProperty("values");
            if (values.ValueKind == JsonValueKind.Null)
            {
                Assert.Throws<ArtifactException>(() => file.ReadAll(tensor.Name));
            }
            else
            {
                Assert.Equal(values.EnumerateArray().Select(v => (float)v.GetDouble()), file.ReadAll(tensor.Name));
            }
        }
    }

    [Fact]
    public void A_whole_model_is_refused_with_the_class_it_asks_for()
    {
        string message = Assert.Throws<ArtifactException>(() => WeightFile.Open(Fixture("whole_model.pt"))).Message;
        Assert.Contains("'__main__.Clicks'", message, StringComparison.Ordinal);
        Assert.Contains("torch.save(model.state_dict(), path)", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_format_before_1_6_is_refused_by_name()
    {
        string message = Assert.Throws<ArtifactException>(() => WeightFile.Open(Fixture("before_1_6.pt"))).Message;
        Assert.Contains("before 1.6", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("float32")]
    [InlineData("protocol4")]
    public void A_damaged_one_is_read_or_refused(string name)
    {
        byte[] whole = File.ReadAllBytes(Fixture($"{name}.pt"));
        for (int at = 0; at < whole.Length; at++)
        {
            HostileBytes.AssertReadOrRefused(temporary["flipped.pt"], HostileBytes.Flipped(whole, at, 0xff));
        }
    }

    public void Dispose() => temporary.Dispose();

    private static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Weights", "fixtures", name);
}
