using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Taper.Cli.Terminal;
using Taper.Data.Synthetic;
using Taper.Embeddings.Storage;

namespace Taper.Cli.Commands;

/// <summary><c>taper generate</c>: synthetic examples with planted embedding sizes, and the config that prepares them.</summary>
internal sealed class GenerateCommand : TaperCommand
{
    private static readonly SyntheticConfig Defaults = new();

    private readonly Option<string> _out = new("--out", "-o") { Description = "File to write: .csv, .csv.gz or .parquet. Its config is written beside it, as FILE.yaml.", HelpName = "FILE", Required = true };
    private readonly Option<long> _rows = new("--rows") { Description = "Examples.", HelpName = "N", DefaultValueFactory = _ => Defaults.Rows };
    private readonly Option<string> _vocabularies = new("--vocabularies") { Description = "Feature values of each field, separated by commas.", HelpName = "N,N,...", DefaultValueFactory = _ => string.Join(',', Defaults.Vocabularies) };
    private readonly Option<double> _zipf = new("--zipf") { Description = "Zipf's exponent of the frequencies.", HelpName = "X", DefaultValueFactory = _ => Defaults.Exponent };
    private readonly Option<int> _dimension = new("--dimension") { Description = "Planted embedding size of the most frequent values; that of the rarest is 1.", HelpName = "D", DefaultValueFactory = _ => Defaults.Dimension };
    private readonly Option<double> _noise = new("--noise") { Description = "Share of labels drawn at random.", HelpName = "SHARE", DefaultValueFactory = _ => Defaults.Noise };
    private readonly Option<ulong> _seed = new("--seed") { Description = "The same seed gives the same examples.", HelpName = "N", DefaultValueFactory = _ => Defaults.Seed };

    public GenerateCommand()
        : base(
            "generate",
            "Write synthetic examples with planted embedding sizes, for trying and for measuring speed.",
            "taper generate --out clicks.csv.gz",
            "taper generate --out large.parquet --rows 20000000 --vocabularies 1000000,1000000,100000,1000")
    {
        Option[] options = [_out, _rows, _vocabularies, _zipf, _dimension, _noise, _seed];
        foreach (Option option in options)
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string path = parse.GetValue(_out)!;
        SyntheticConfig config = new()
        {
            Rows = parse.GetValue(_rows),
            Vocabularies = Numbers(parse.GetValue(_vocabularies)!),
            Exponent = parse.GetValue(_zipf),
            Dimension = parse.GetValue(_dimension),
            Noise = parse.GetValue(_noise),
            Seed = parse.GetValue(_seed),
        };
        RowProgress progress = new(shell, "written");
        SyntheticData.Write(path, config, progress, cancellation);
        string yaml = path + ".yaml";
        AtomicFile.Write(yaml, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(Yaml(path, config))));
        if (shell.Options.Json)
        {
            shell.Result(new JsonObject { ["path"] = path, ["config"] = yaml, ["rows"] = config.Rows, ["bytes"] = new FileInfo(path).Length });
        }
        else
        {
            shell.Result(string.Create(CultureInfo.InvariantCulture, $"{config.Rows:#,0} examples in {path}; next: taper prepare {yaml} --out DIR"));
        }
    }

    private static int[] Numbers(string list) =>
    [
        .. list.Split(',').Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new UsageException($"--vocabularies: '{text}' is not a whole number; write them as 10000,1000.")),
    ];

    private static string Yaml(string path, SyntheticConfig config)
    {
        string fields = string.Concat(config.Vocabularies.Select((_, field) => $"    - {{name: f{field}}}\n"));
        return $$"""
            # Prepares what `taper generate` made.
            data:
              name: synthetic
              sources:
                - {name: synthetic, path: "{{Path.GetFileName(path)}}"}
              fields:
            {{fields.TrimEnd('\n')}}
              split:
                hash: {columns: [{{string.Join(", ", config.Vocabularies.Select((_, field) => $"f{field}"))}}], validation: 0.1, test: 0.1}
            sizing: {method: amtl, embedding_dim: {{config.Dimension}}, budget: 0.25}

            """;
    }
}
