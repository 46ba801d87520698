using System.Text.Json;

namespace Taper.EndToEnd.Tests;

/// <summary>Deltas through the executable.</summary>
public sealed class DeltaTests : IDisposable
{
    private readonly Workspace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_delta_makes_the_bundle_that_was_exported()
    {
        await TwoBundlesAsync();
        Outcome written = (await _space.Taper("export", "second", "--since", "bundles/1", "--out", "delta")).Succeeded();
        Assert.Contains("the whole bundle is", written.Output, StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(_space.Folder, "delta*")); // what it was made with is gone
        JsonElement told = (await _space.Taper("inspect", "delta", "--json")).Succeeded().Json;
        Assert.Equal("user", told.GetProperty("vocabularies")[0].GetProperty("name").GetString());

        Outcome applied = (await _space.Taper("apply", "bundles/1", "delta", "--out", "bundles/made")).Succeeded();
        Assert.Contains("every file is as it was exported", applied.Output, StringComparison.Ordinal);
        Assert.All(Directory.GetFiles(_space.At("bundles/2")), file => Assert.Equal(
            File.ReadAllBytes(file), File.ReadAllBytes(_space.At("bundles/made", Path.GetFileName(file)))));
    }

    [Fact]
    public async Task What_does_not_fit_is_refused_in_a_line_and_nothing_is_lost()
    {
        await TwoBundlesAsync();
        (await _space.Taper("export", "second", "--since", "bundles/1", "--out", "delta")).Succeeded();
        byte[] before = File.ReadAllBytes(_space.At("bundles/2/manifest.json"));
        (await _space.Taper("apply", "bundles/2", "delta", "--out", "bundles/2")).Refused(3, "delta changes the bundle xxh128:", "bundles/2 is xxh128:");
        (await _space.Taper("apply", "bundles/1", "delta", "delta", "--out", "bundles/2")).Refused(3, "the result of delta is xxh128:");
        (await _space.Taper("publish", "bundles/2", "--delta", "delta", "--redis", "localhost:1")).Refused(3, "delta changes the bundle");
        Assert.Equal(before, File.ReadAllBytes(_space.At("bundles/2/manifest.json")));
        Assert.Equal(["bundles/1", "bundles/2"], Directory.GetDirectories(_space.At("bundles")).Select(path => Path.GetRelativePath(_space.Folder, path)).Order());
        (await _space.Taper("apply", "bundles/1", "bundles/2", "--out", "made")).Refused(3, "is no delta");
        (await _space.Taper("export", "second", "--since", "bundles/1", "--precision", "int8", "--out", "other")).Refused(3, "rows of one kind alone");
        (await _space.Taper("export", "second", "--since", "bundles/1", "--out", "bundles/2")).Refused(2, "holds other files");
        (await _space.Taper("serve", "delta")).Refused(3, "is a delta");
        (await _space.Taper("predict", "delta", "--input", "raw.csv", "--out", "scores.csv")).Refused(3, "is a delta");
        FlippedByte.In(_space.At("delta/changes.safetensors"));
        (await _space.Taper("apply", "bundles/1", "delta", "--out", "made")).Refused(3, "changes.safetensors was altered");
        Assert.False(Directory.Exists(_space.At("made")));
    }

    private async Task TwoBundlesAsync()
    {
        await _space.PrepareAsync();
        await _space.TrainAsync("first");
        await _space.TrainAsync("second", "--init-from", "first");
        (await _space.Taper("export", "first", "--out", "bundles/1")).Succeeded();
        (await _space.Taper("export", "second", "--out", "bundles/2")).Succeeded();
    }
}
