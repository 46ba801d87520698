using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Taper.Cli.Terminal;
using Taper.Studies;

namespace Taper.Cli.Studies;

/// <summary>A study's progress as a table on a terminal: a row a setting, those at work first.</summary>
internal sealed class StudyTable : IStudyProgress
{
    private const int LinesAround = 6;

    private readonly Lock _lock = new();
    private readonly Shell _shell;
    private readonly Action<IRenderable> _show;
    private readonly List<Row> _rows;
    private readonly int _runs;
    private int _finished;

    public StudyTable(Shell shell, StudyOutlook outlook, Action<IRenderable> show)
    {
        _shell = shell;
        _show = show;
        _runs = outlook.Runs.Count;
        _finished = outlook.Finished;
        _rows = [.. outlook.Runs.GroupBy(run => NameOf(run.Name)).Select(setting =>
            new Row(setting.Key, setting.Count()) { Finished = setting.Count(run => run.IsFinished) })];
        Change(() => { });
    }

    public void Message(string text) => _shell.Say(text);

    public void Started(RunName run) => Said(run, "started");

    public void Said(RunName run, string line) => Change(() => RowOf(run).Running[RunOf(run)] = line);

    public void Finished(RunName run, RunResult result) => Change(() =>
    {
        Row row = RowOf(run);
        row.Running.Remove(RunOf(run));
        row.Finished++;
        row.Last = $"{RunOf(run)}: {StudyLines.Finished(result)}";
        _finished++;
    });

    public void Failed(RunFailure failure)
    {
        _shell.Tell($"failed: {failure.Name}: {failure.Error}");
        Change(() =>
        {
            Row row = RowOf(failure.Name);
            row.Running.Remove(RunOf(failure.Name));
            row.Last = "failed";
        });
    }

    private static string NameOf(RunName run) => string.Create(CultureInfo.InvariantCulture, $"{run.Dataset} {run.Network} {run.Method} {run.Budget}").TrimEnd();

    private static string RunOf(RunName run) => run.Trial is int trial ? $"trial {trial + 1}" : $"seed {run.Seed}";

    private Row RowOf(RunName run) => _rows.First(row => row.Name == NameOf(run));

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            _show(Draw());
        }
    }

    private Table Draw()
    {
        Table table = new Table().Border(TableBorder.Simple)
            .AddColumn(new TableColumn("setting").NoWrap()).AddColumn(new TableColumn("runs").NoWrap()).AddColumn(new TableColumn("now"));
        int room = Math.Max(1, _shell.Console.Profile.Height - LinesAround);
        foreach (Row row in _rows.OrderBy(row => row.Running.Count == 0).ThenBy(row => row.Finished == row.Runs).Take(room))
        {
            string now = row.Running.Count > 0 ? string.Join('\n', row.Running.Select(run => $"{run.Key}: {run.Value}")) : row.Last;
            table.AddRow(new Text(row.Name), new Text($"{row.Finished}/{row.Runs}"), new Text(now) { Overflow = Overflow.Ellipsis });
        }

        return table.Caption($"{_finished} of {_runs} runs finished; Ctrl-C stops, the same command goes on");
    }

    /// <summary>A setting of the study.</summary>
    private sealed class Row(string name, int runs)
    {
        public string Name { get; } = name;

        public int Runs { get; } = runs;

        public int Finished { get; set; }

        public SortedDictionary<string, string> Running { get; } = new(StringComparer.Ordinal);

        public string Last { get; set; } = "";
    }
}
