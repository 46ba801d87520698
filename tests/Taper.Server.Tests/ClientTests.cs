using Taper.Client;
using Taper.Models.Tests;

namespace Taper.Server.Tests;

/// <summary>The .NET client asks this server.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task The_client_is_understood()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var model = new RandomModel("dnn", 1);
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        var client = new ScoringClient(server.Client, TestServer.Model, new ScoringClientOptions { Version = 1 });
        Assert.Equal(["colour", "other_colour", "price", "tags", "year"], (await client.GetMetadataAsync(cancellation)).Fields.Select(field => field.Name));

        Dictionary<string, object?> war = new() { ["colour"] = "größe", ["tags"] = (string[])["war", "noir"] }, late = new() { ["year"] = 7, ["price"] = 2.5 };
        PredictTests.Close(
            [model.Probability("größe", "", "", "war||noir", ""), model.Probability("", "", "2.5", "", "7")], await client.PredictAsync([war, late], cancellation));

        double[] scores = [model.Probability("größe", "", "2.5", "war||noir", "7"), model.Probability("red", "", "2.5", "", "7")];
        IReadOnlyList<RankedItem> ranking = await client.RankAsync(late, [war, new Dictionary<string, object?> { ["colour"] = "red" }], 5, cancellation);
        Assert.Equal(scores.Index().OrderByDescending(entry => entry.Item).Select(entry => entry.Index), ranking.Select(item => item.Index));
        Assert.All(ranking, item => Assert.Equal(scores[item.Index], item.Score, 1e-6));

        ScoringException refused = await Assert.ThrowsAsync<ScoringException>(
            () => client.PredictAsync([new Dictionary<string, object?> { ["colur"] = "red" }], cancellation));
        Assert.Contains("did you mean 'colour'?", refused.Message, StringComparison.Ordinal);
    }
}
