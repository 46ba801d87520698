using System.CommandLine;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Configuration;
using Taper.Data;

namespace Taper.Cli.Commands;

/// <summary><c>taper prepare</c>: raw files in, a dataset folder out.</summary>
internal sealed class PrepareCommand : TaperCommand
{
    private readonly Argument<string> _config = new("CONFIG") { Description = "YAML file with a data section." };
    private readonly Option<string> _out = new("--out", "-o") { Description = "Dataset folder to make; one that stands there is replaced at the end.", HelpName = "DIR", Required = true };
    private readonly Option<string?> _after = new("--after") { Description = "Earlier dataset whose vocabularies, counts and standardisation go on.", HelpName = "DIR" };
    private readonly Option<string[]> _set = Configs.SetOption();

    public PrepareCommand()
        : base(
            "prepare",
            "Read raw data, count and encode it: raw files in, dataset folder out.",
            "taper prepare data.yaml --out data/frappe",
            "taper prepare data.yaml --out data/frappe --set data.memory_limit=8GB",
            "taper prepare today.yaml --out data/today --after data/yesterday --set data.count_decay=0.97")
    {
        Arguments.Add(_config);
        Options.Add(_out);
        Options.Add(_after);
        Options.Add(_set);
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string path = parse.GetValue(_config)!, folder = parse.GetValue(_out)!;
        ConfigDocument document = Configs.Load(path, parse.GetValue(_set)!);
        DataConfig config = Configs.Data(document, path);
        shell.Detail(document.ToYaml().TrimEnd());
        DatasetSummary summary = PreparingDisplay.Build(shell, progress => parse.GetValue(_after) is { } after
            ? DatasetBuilder.BuildAfter(config, document.BaseFolder, after, folder, progress, cancellation)
            : DatasetBuilder.Build(config, document.BaseFolder, folder, progress, cancellation));
        DatasetReport.WriteOrJson(shell, summary, folder);
    }
}
