using Taper.Embeddings.Storage;
using Taper.Embeddings.Tests.Storage;
using Taper.Embeddings.Weights;

namespace Taper.Embeddings.Tests.Weights;

public sealed class WeightFileTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    [Theory]
    [InlineData("")]
    [InlineData("P")]
    [InlineData("id,weight\n1,0.5\n")]
    [InlineData("PK")]
    public void What_is_no_file_of_weights_is_refused_in_one_line(string content)
    {
        File.WriteAllText(temporary["a.safetensors"], content);
        ArtifactException error = Assert.Throws<ArtifactException>(() => WeightFile.Open(temporary["a.safetensors"]));
        Assert.StartsWith(temporary["a.safetensors"], error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_refused()
    {
        Assert.Contains("missing", Refused(temporary["none.pt"]), StringComparison.Ordinal);
        Assert.Contains("missing", Refused(temporary["no/folder.pt"]), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refused(temporary.Root), StringComparison.Ordinal);
    }

    [Fact]
    public void The_content_decides_whatever_the_ending()
    {
        File.WriteAllBytes(temporary["users.safetensors"], SlowNpy.File("<f2", [2], [0, 0x3c, 0, 0xc0]));
        using WeightFile file = WeightFile.Open(temporary["users.safetensors"]);
        Assert.Equal([1f, -2f], file.ReadAll("users"));
    }

    [Fact]
    public void A_tensor_that_is_not_there_is_refused_with_the_names_that_are()
    {
        File.WriteAllBytes(temporary["users.npy"], SlowNpy.File("<f4", [0], []));
        WeightFile file = WeightFile.Open(temporary["users.npy"]);
        string message = Assert.Throws<ArtifactException>(() => file.Read("item\ns", 0, [])).Message;
        Assert.Contains("'item?s'; it has 'users'.", message, StringComparison.Ordinal);
        file.Dispose();
        file.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Read("users", 0, []));
    }

    public void Dispose() => temporary.Dispose();

    private static string Refused(string path) => Assert.Throws<ArtifactException>(() => WeightFile.Open(path)).Message;
}
