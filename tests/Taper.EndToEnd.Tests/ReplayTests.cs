using System.Text.Json;

namespace Taper.EndToEnd.Tests;

/// <summary>Life after the first training, through the executable, on the bundled ratings.</summary>
public sealed class ReplayTests : IDisposable
{
    private readonly Workspace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task The_sample_is_carried_from_year_to_year()
    {
        string[] arguments =
        [
            "replay", Path.Combine(TaperProcess.Samples, "replay", "ratings.yaml"), "--by", "year", "--out", "replay",
            "--set", "data.split.time.to=1041379200", "--then", "sizing.freeze_epoch=1", "--then", "training.epochs=2",
        ];
        JsonElement[] periods = [.. (await _space.Taper([.. arguments, "--json"])).Succeeded().Json.GetProperty("periods").EnumerateArray()];
        Assert.Equal(["2000-01-01", "2001-01-01"], periods.Select(period => period.GetProperty("period").GetString()));
        Assert.All(periods, period => Assert.InRange(period.GetProperty("embeddingRatio").GetDouble(), 0.2, 0.25));
        Assert.True(periods[1].GetProperty("newValues").GetInt64() > 0);
        Assert.Equal(3, File.ReadAllLines(_space.At("replay", "replay.csv")).Length);
        Assert.True(File.Exists(_space.At("replay", "replay.svg")));

        Outcome again = (await _space.Taper([.. arguments, "--no-progress"])).Succeeded();
        Assert.DoesNotContain("preparing", again.Output + again.Error, StringComparison.Ordinal);
        Assert.Contains("2001-01-01  AUC", again.Output, StringComparison.Ordinal);
        (await _space.Taper("export", Path.Combine("replay", "2001-01-01", "run"), "--out", "bundle")).Succeeded();
    }
}
