using System.Text.Json;

namespace Taper.EndToEnd.Tests;

public sealed class DemoTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("taper-demo-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_demo_goes_the_whole_way()
    {
        JsonElement result = (await TaperProcess.RunAsync(_folder, "demo", "--out", "out", "--json")).Succeeded().Json;
        JsonElement[] models = [.. result.GetProperty("models").EnumerateArray()];
        Assert.Equal(["fixed", "amtl"], models.Select(model => model.GetProperty("name").GetString()));
        Assert.All(models, model =>
        {
            Assert.InRange(model.GetProperty("test").GetProperty("auc").GetDouble(), 0.75, 0.85);
            Assert.True(Directory.Exists(Path.Combine(_folder, model.GetProperty("bundle").GetString()!)));
        });
        Assert.InRange(models[1].GetProperty("embedding").GetProperty("ratio").GetDouble(), 0.01, 0.25);
        Assert.True(File.Exists(Path.Combine(_folder, result.GetProperty("report").GetString()!)));
        (await TaperProcess.RunAsync(_folder, "demo", "--out", "out", "-q")).Succeeded();
    }

    [Fact]
    public async Task The_demo_leaves_other_peoples_folders_alone()
    {
        File.WriteAllText(Path.Combine(_folder, "thesis.tex"), "");
        (await TaperProcess.RunAsync(_folder, "demo", "--out", ".")).Refused(2, "thesis.tex");
    }
}
