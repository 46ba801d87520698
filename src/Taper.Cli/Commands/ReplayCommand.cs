using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Configuration;
using Taper.Data;
using Taper.Studies.Replays;
using Taper.Training.Runs;

namespace Taper.Cli.Commands;

/// <summary><c>taper replay</c>: the past again, period by period, by a model that is carried on.</summary>
internal sealed class ReplayCommand : TaperCommand
{
    private readonly Argument<string> _config = new("CONFIG") { Description = "YAML file with a data section, split by time with from and to, and those of a run." };
    private readonly Option<string> _out = new("--out", "-o") { Description = "Folder for datasets, runs and results; what is finished there is not done again.", HelpName = "DIR", Required = true };
    private readonly Option<PeriodLength> _by = new("--by") { Description = "Length of a period: day, week, month or year.", HelpName = "NAME", DefaultValueFactory = _ => PeriodLength.Day };
    private readonly Option<string[]> _set = Configs.SetOption();
    private readonly Option<string[]> _then = new("--then") { Description = "Override a key of the config after the first period; may be repeated.", HelpName = "key=value", DefaultValueFactory = _ => [] };
    private readonly Option<bool> _anew = new("--anew") { Description = "Train each period anew too, on all data so far, to compare with." };

    public ReplayCommand()
        : base(
            "replay",
            "Train on one period, test on the next, carry on: how a model lives after its first training.",
            "taper replay ratings.yaml --by month --out replays/ratings --then sizing.freeze_epoch=1 --then training.epochs=3",
            "taper replay ratings.yaml --by month --out replays/compared --anew")
    {
        Arguments.Add(_config);
        foreach (Option option in new Option[] { _out, _by, _set, _then, _anew })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override string StoppedMessage(ParseResult parse) =>
        $"Stopped; finished periods are kept in {parse.GetValue(_out)}: run the same command again to go on.";

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string path = parse.GetValue(_config)!, folder = parse.GetValue(_out)!;
        string[] set = parse.GetValue(_set)!;
        if (parse.GetValue(_then)!.FirstOrDefault(key => key.StartsWith("data.", StringComparison.Ordinal)) is { } ofData)
        {
            throw new UsageException($"--then {ofData}: the data section is the same for all periods; use --set.");
        }

        ConfigDocument first = Configs.Load(path, set), then = Configs.Load(path, [.. set, .. parse.GetValue(_then)!]);
        DataConfig data = Configs.Data(first, path);
        IReadOnlyList<ReplayedPeriod> periods = Replay.Run(
            new ReplayRequest
            {
                Data = data,
                BaseFolder = first.BaseFolder,
                By = parse.GetValue(_by),
                First = Configs.Run(first),
                Then = Configs.Run(then),
                FirstYaml = first.ToYaml(),
                ThenYaml = then.ToYaml(),
                Anew = parse.GetValue(_anew),
                Folder = folder,
            },
            new Lines(shell),
            cancellation);
        if (shell.Options.Json)
        {
            shell.Result(Json(periods, folder));
            return;
        }

        foreach (ReplayedPeriod period in periods)
        {
            shell.Result(Line(period));
        }

        shell.Result($"replay      {folder} (replay.csv, replay.png)");
    }

    private static JsonObject Json(IReadOnlyList<ReplayedPeriod> periods, string folder)
    {
        JsonObject json = ResultJson.Start();
        json["replay"] = folder;
        json["periods"] = new JsonArray([.. periods.Select(period => new JsonObject
        {
            ["period"] = period.Period.Name,
            ["examples"] = period.Examples,
            ["values"] = period.Values.All,
            ["newValues"] = period.Values.New,
            ["goneValues"] = period.Values.Gone,
            ["grown"] = period.Values.Grown,
            ["shrunk"] = period.Values.Shrunk,
            ["testAuc"] = period.Carried.Test.Auc,
            ["embeddingRatio"] = period.Carried.Embedding.Ratio,
            ["seconds"] = period.Carried.Seconds,
            ["anewAuc"] = period.Anew?.Test.Auc,
            ["anewSeconds"] = period.Anew?.Seconds,
        })]);
        return json;
    }

    private static string Line(ReplayedPeriod period)
    {
        ValueChanges values = period.Values;
        string anew = period.Anew is { } result ? Format($", anew {result.Test.Auc:0.0000} in {result.Seconds:0.0} s") : "";
        return Format(
            $"{period.Period.Name}  AUC {period.Carried.Test.Auc:0.0000} in {period.Carried.Seconds:0.0} s{anew}, memory {period.Carried.Embedding.Ratio:0.0%}, {values.All:#,0} values: {values.New:#,0} new, {values.Gone:#,0} gone, {values.Grown:#,0} grown, {values.Shrunk:#,0} shrunk");
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class Lines(Shell shell) : IReplayProgress, ITrainingProgress
    {
        public ITrainingProgress Training => this;

        public void Message(string text) => shell.Say(text);

        public void PeriodDone(ReplayedPeriod period) => shell.Say(Line(period));

        public void StepDone(TrainingStep state)
        {
        }

        public void EpochDone(EpochResult result) => shell.Detail(TrainingText.Of(result));
    }
}
