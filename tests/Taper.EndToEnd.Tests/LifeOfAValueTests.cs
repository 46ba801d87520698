using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Taper.Data;
using Taper.Models;

namespace Taper.EndToEnd.Tests;

/// <summary>
/// Follows values that are new one day, grow, fade, are forgotten and come back, through vocabulary, table, bundle, delta and server.
/// </summary>
public sealed class LifeOfAValueTests : IDisposable
{
    private const int Days = 4;
    private const int MaxAge = 2;
    private const int Regulars = 30;

    private const string Config = """
        data:
          name: days
          sources: [{name: day, path: day.csv}]
          fields: [{name: user}, {name: item}]
          split: {hash: {columns: [row], validation: 0.15, test: 0.15}}
          count_decay: 0.25
          max_age: 2
        network: {type: dnn, hidden_units: [8]}
        sizing: {method: frequency_rule, embedding_dim: 8, budget: 0.4, frequency_rule: {classes: 2, sizes: [8, 1]}}
        training: {epochs: 2, batch_size: 64, learning_rate: 0.01, threads: 1, embedding_optimizer: adagrad}

        """;

    /// <summary>How often a user occurs on each day; regulars come sixty times.</summary>
    private static readonly Dictionary<string, int[]> Occurrences = new()
    {
        ["riser"] = [8, 500, 500, 500],
        ["fader"] = [500, 8, 8, 8],
        ["newcomer"] = [0, 500, 500, 500],
        ["comet"] = [20, 0, 0, 20],
    };

    private static readonly string[] Users = [.. Occurrences.Keys, .. Enumerable.Range(0, Regulars).Select(user => $"u{user}")];

    private readonly Workspace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task Values_are_followed_from_day_to_day()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        _space.Write("config.yaml", Config);
        await DayAsync(1);
        Directory.CreateDirectory(_space.At("models", "days"));
        (await _space.Taper("export", "run-1", "--out", "models/days/1")).Succeeded();
        using Process server = TaperProcess.Start(
            _space.Folder, [], "serve", "models", "--urls", "http://127.0.0.1:0", "--set", "models.poll_seconds=3600", "--set", "models.scratch=scratch");
        using var client = new HttpClient { BaseAddress = await RunningServer.AddressOf(server, "Serving at") };
        Task log = server.StandardError.BaseStream.CopyToAsync(Stream.Null, cancellation);
        try
        {
            await AssertServesAsync(client, 1, cancellation);
            for (int day = 2; day <= Days; day++)
            {
                await DayAsync(day);
                JsonElement delta = (await _space.Taper("export", $"run-{day}", "--since", $"whole-{day - 1}", "--out", $"models/days/{day}", "--json")).Succeeded().Json;
                AssertTells(delta.GetProperty("vocabularies")[0], day);
                await AssertServesAsync(client, day, cancellation);
            }
        }
        finally
        {
            server.Kill();
            await log;
        }

        Dictionary<string, byte?[]> sizes = Occurrences.Keys.ToDictionary(user => user, user => (byte?[])[.. Enumerable.Range(1, Days).Select(day => SizesOn(day).TryGetValue(user, out byte size) ? size : (byte?)null)]);
        Assert.Equal([1, 8, 8, 8], sizes["riser"]);
        Assert.Equal([8, 8, 1, 1], sizes["fader"]);
        Assert.Equal([null, 8, 8, 8], sizes["newcomer"]);
        Assert.Equal([1, 1, null, 1], sizes["comet"]);
    }

    /// <summary>Prepares a day's data after the day before, trains from its run, exports the whole bundle, and looks whom both know.</summary>
    private async Task DayAsync(int day)
    {
        _space.Write("day.csv", Rows(day));
        string[] after = day == 1 ? [] : ["--after", $"data-{day - 1}"], from = day == 1 ? [] : ["--init-from", $"run-{day - 1}"];
        (await _space.Taper(["prepare", "config.yaml", "--out", $"data-{day}", .. after])).Succeeded();
        (await _space.Taper(["train", "config.yaml", "--data", $"data-{day}", "--out", $"run-{day}", "--no-progress", .. from])).Succeeded();
        (await _space.Taper("export", $"run-{day}", "--out", $"whole-{day}")).Succeeded();

        using Dataset dataset = Dataset.Open(_space.At($"data-{day}"));
        HashSet<string> values = [];
        dataset.Vocabularies.Single(vocabulary => vocabulary.Name == "user").Values.Visit((_, utf8) => values.Add(Encoding.UTF8.GetString(utf8)));
        Assert.All(Occurrences, user => Assert.Equal(user.Value.Take(day).TakeLast(MaxAge).Any(count => count > 0), values.Contains(user.Key)));
        Assert.Equal(Users.Where(values.Contains).Order(), SizesOn(day).Keys.Order());
    }

    /// <summary>The kept sizes of the users that a day's bundle knows.</summary>
    private Dictionary<string, byte> SizesOn(int day)
    {
        using Bundle bundle = Bundle.Open(_space.At($"whole-{day}"));
        CompactTable table = bundle.Tables.Single(table => table.Name == "user");
        return Users.Where(user => table.RowOf(user) != table.UnknownRow).ToDictionary(user => user, user => (byte)table.SizeOf(table.RowOf(user)));
    }

    /// <summary>The delta counts what the tables show.</summary>
    private void AssertTells(JsonElement told, int day)
    {
        Dictionary<string, byte> before = SizesOn(day - 1), after = SizesOn(day);
        string[] stayed = [.. after.Keys.Where(before.ContainsKey)];
        Assert.Equal("user", told.GetProperty("name").GetString());
        Assert.Equal(after.Count - stayed.Length, told.GetProperty("new").GetInt32());
        Assert.Equal(before.Count - stayed.Length, told.GetProperty("gone").GetInt32());
        Assert.InRange(stayed.Count(user => after[user] > before[user]) - told.GetProperty("grown").GetInt32(), -2, 0); // the rows of unknown and missing
        Assert.InRange(stayed.Count(user => after[user] < before[user]) - told.GetProperty("shrunk").GetInt32(), -2, 0);
    }

    /// <summary>The server, given the delta, scores as the whole bundle of the day; who is forgotten scores as a stranger.</summary>
    private async Task AssertServesAsync(HttpClient client, int day, CancellationToken cancellation)
    {
        string[] users = [.. Occurrences.Keys, "stranger"];
        _space.Write("rows.csv", "user,item\n" + string.Concat(users.Select(user => $"{user},i3\n")));
        (await _space.Taper("predict", $"whole-{day}", "--input", "rows.csv", "--out", "scores.csv", "--quiet")).Succeeded();
        double[] expected = [.. File.ReadLines(_space.At("scores.csv")).Skip(1).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];

        (await client.PostAsync("/v2/repository/models/days/load", null, cancellation)).EnsureSuccessStatusCode();
        using var body = new StringContent(JsonSerializer.Serialize(new { instances = users.Select(user => new { user, item = "i3" }) }));
        using HttpResponseMessage answer = await client.PostAsync($"/v1/models/days/versions/{day}:predict", body, cancellation);
        answer.EnsureSuccessStatusCode();
        double[] served = (await answer.Content.ReadFromJsonAsync<Dictionary<string, double[]>>(cancellation))!["predictions"];
        Assert.All(expected.Zip(served), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        HashSet<string> known = [.. SizesOn(day).Keys];
        Assert.All(users[..^1].Zip(served).Where(pair => !known.Contains(pair.First)), pair => Assert.Equal(served[^1], pair.Second));
        Assert.NotEqual(served[^1], served[0]);
    }

    private static string Rows(int day)
    {
        var random = new Random(day);
        List<string> users = [.. Occurrences.SelectMany(user => Enumerable.Repeat(user.Key, user.Value[day - 1]))];
        users.AddRange(Enumerable.Range(0, Regulars).SelectMany(user => Enumerable.Repeat($"u{user}", 60)));
        IEnumerable<string> rows = users.Select((user, row) =>
        {
            int item = random.Next(10);
            bool likes = ((user[^1] + item) % 2 == 0) ^ (random.NextDouble() < 0.1);
            return $"{user},i{item},{day}-{row},{(likes ? 1 : 0)}\n";
        });
        return "user,item,row,label\n" + string.Concat(rows);
    }
}
