using System.Globalization;
using System.Text;

namespace Taper.EndToEnd.Tests;

/// <summary>A temporary folder with a small generated dataset and its configs.</summary>
public sealed class Workspace : IDisposable
{
    /// <summary>The columns of the generated data.</summary>
    public const string Header = "user,item,tags,price,label";

    private const int Rows = 3000;

    public Workspace()
    {
        Folder = Directory.CreateTempSubdirectory("taper-e2e-").FullName;
        Write("raw.csv", Raw());
        Write("data.yaml", DataYaml());
        Write("run.yaml", RunYaml);
    }

    public string Folder { get; }

    public static string RunYaml => """
        network: {type: dnn, hidden_units: [16], dropout: 0.1}
        sizing: {method: amtl, embedding_dim: 8, budget: 0.4, freeze_epoch: 1}
        training: {epochs: 3, batch_size: 128, learning_rate: 0.01, threads: 1}

        """;

    public static string DataYaml(string more = "") => $$"""
        data:
          name: tiny
          sources:
            - {name: raw, path: raw.csv}
          fields:
            - {name: user}
            - {name: item}
            - {name: tags, kind: multi_valued, separator: ";"}
            - {name: price, kind: numeric}
          split:
            hash: {columns: [user, item], validation: 0.2, test: 0.2}
        {{more}}
        """;

    /// <summary>Path of a file or folder in here.</summary>
    public string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    public void Write(string name, string text) => File.WriteAllText(At(name), text);

    public Task<Outcome> Taper(params string[] arguments) => TaperProcess.RunAsync(Folder, arguments);

    /// <summary>Prepares the generated data into <c>data</c>.</summary>
    public async Task PrepareAsync() => (await Taper("prepare", "data.yaml", "--out", "data")).Succeeded();

    /// <summary>Trains into a run folder.</summary>
    public async Task<Outcome> TrainAsync(string run, params string[] more) =>
        (await Taper(["train", "run.yaml", "--data", "data", "--out", run, "--json", .. more])).Succeeded();

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Rows whose label depends on user and item, with frequent and rare values.</summary>
    private static string Raw()
    {
        var random = new Random(7);
        var text = new StringBuilder(Header).Append('\n');
        for (int row = 0; row < Rows; row++)
        {
            int user = (int)(60 * Math.Pow(random.NextDouble(), 2)), item = (int)(150 * Math.Pow(random.NextDouble(), 3));
            bool likes = (user % 3 == item % 3) ^ (random.NextDouble() < 0.15);
            string price = random.NextDouble() < 0.05 ? "" : random.NextDouble().ToString("0.000", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"u{user},i{item},t{item % 5};t{item % 7},{price},{(likes ? 1 : 0)}\n");
        }

        return text.ToString();
    }
}
