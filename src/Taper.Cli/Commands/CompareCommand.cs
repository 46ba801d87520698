using System.CommandLine;
using System.Globalization;
using Taper.Cli.Studies;
using Taper.Cli.Terminal;
using Taper.Studies;

namespace Taper.Cli.Commands;

/// <summary><c>taper compare</c>: a study of datasets, networks, methods, budgets and seeds.</summary>
internal sealed class CompareCommand : TaperCommand
{
    private readonly Argument<string> _study = new("STUDY") { Description = "YAML file of the study." };
    private readonly Option<string?> _out = new("--out", "-o") { Description = "Folder for runs, tables and report; the study file's name without its ending unless given.", HelpName = "DIR" };
    private readonly Option<string[]> _from = new("--from") { Description = "Further results.csv whose runs are not repeated; may be repeated.", HelpName = "FILE", DefaultValueFactory = _ => [] };
    private readonly Option<int?> _parallel = new("--parallel") { Description = "Runs at a time; as the study says unless given.", HelpName = "N" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "List the runs and what is missing; run nothing." };
    private readonly Option<bool> _report = new("--report") { Description = "Write tables, plots and report of the runs that are finished; run nothing." };

    public CompareCommand()
        : base(
            "compare",
            "Compare sizing methods: run what a study misses, write tables, plots and a report.",
            "taper compare study.yaml",
            "taper compare study.yaml --dry-run",
            "taper compare study.yaml --out results/study --from committed/results.csv")
    {
        Arguments.Add(_study);
        foreach (Option option in new Option[] { _out, _from, _parallel, _dryRun, _report })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override string StoppedMessage(ParseResult parse) =>
        $"Stopped; finished runs are kept in {Folder(parse)}, the others go on from their checkpoints: run the same command again.";

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        var study = Study.Load(parse.GetValue(_study)!, Configs.Variables());
        if (parse.GetValue(_parallel) < 1)
        {
            throw new UsageException("--parallel has to be 1 or more.");
        }

        var runner = new StudyRunner(study, new StudyRequest
        {
            Folder = Folder(parse),
            From = parse.GetValue(_from)!,
            Parallel = parse.GetValue(_parallel),
            Taper = new TaperProcess(ThisProgram.Command, TimeProvider.System),
        });
        if (parse.GetValue(_dryRun))
        {
            Write(shell, runner.Outlook());
            return;
        }

        StudyOutcome outcome = parse.GetValue(_report) ? runner.Report() : StudyDisplay.Run(shell, runner, cancellation);
        Write(shell, study, outcome);
        if (outcome.Failures.Count > 0)
        {
            RunFailure first = outcome.Failures[0];
            throw new StudyException(
                $"{outcome.Failures.Count} of {outcome.Runs} runs failed. {first.Name}: {first.Error} The log: {first.Log}");
        }
    }

    private static void Write(Shell shell, StudyOutlook outlook)
    {
        if (shell.Options.Json)
        {
            shell.Result(StudyJson.Of(outlook));
            return;
        }

        foreach ((RunName name, bool isFinished) in outlook.Runs)
        {
            shell.Result($"{(isFinished ? "finished" : "missing ")}  {name}");
        }

        string time = outlook.Remaining is TimeSpan rest ? string.Create(CultureInfo.InvariantCulture, $", about {rest:h\\:mm\\:ss} of training to do") : "";
        shell.Result($"{outlook.Finished} of {outlook.Runs.Count} runs are finished{time}");
    }

    private static void Write(Shell shell, Study study, StudyOutcome outcome)
    {
        if (shell.Options.Json)
        {
            shell.Result(StudyJson.Of(outcome));
        }
        else
        {
            StudyText.Write(shell, study, outcome);
        }
    }

    private string Folder(ParseResult parse) => parse.GetValue(_out) ?? Path.GetFileNameWithoutExtension(parse.GetValue(_study)!);
}
