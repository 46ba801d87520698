using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Data;
using Taper.Training;
using Taper.Training.Plans;

namespace Taper.Cli.Commands;

/// <summary><c>taper plan</c>: what the embeddings of a config will take, before anyone trains them.</summary>
internal sealed class PlanCommand : TaperCommand
{
    private readonly Argument<string> _config = new("CONFIG") { Description = "YAML file with the sections network, sizing and training." };
    private readonly Option<string?> _data = new("--data") { Description = "Dataset folder, whose vocabularies are counted.", HelpName = "DIR" };
    private readonly Option<long?> _rows = new("--rows") { Description = "Feature values of all vocabularies, where there is no dataset yet.", HelpName = "N" };
    private readonly Option<double> _memory = new("--memory") { Description = "Gibibytes of the machine: how many rows would fit.", HelpName = "GIB", DefaultValueFactory = _ => 16 };
    private readonly Option<string[]> _set = Configs.SetOption();

    public PlanCommand()
        : base(
            "plan",
            "Show what the embeddings will take: memory while training, bundle, rows that fit.",
            "taper plan amtl.yaml --data data/frappe",
            "taper plan amtl.yaml --rows 100000000 --set training.embedding_optimizer=rowwise_adagrad --memory 64")
    {
        Arguments.Add(_config);
        Option[] options = [_data, _rows, _memory, _set];
        foreach (Option option in options)
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        RunConfig config = Configs.Run(Configs.Load(parse.GetValue(_config)!, parse.GetValue(_set)!));
        long rows = Rows(parse);
        double gibibytes = parse.GetValue(_memory);
        if (rows < 1 || !(gibibytes > 0))
        {
            throw new UsageException("--rows and --memory have to be above 0.");
        }

        MemoryPlan plan = MemoryPlan.Of(config, rows);
        (string Name, string Words, long Value)[] figures =
        [
            ("rows", "feature values", plan.Rows),
            ("tableBytes", "table while training", plan.TableBytes),
            ("optimizerBytes", "optimizer state", plan.OptimizerBytes),
            ("rowBytes", "groups and gradient slots", plan.RowBytes),
            ("maskBytes", "bits of kept elements, where they are pruned", plan.MaskBytes),
            ("trainingBytes", "training in all, at its most", plan.TrainingBytes),
            ("frozenBytes", "training in all, once they are frozen", plan.FrozenBytes),
            ("bundleParameters", "bundle's parameters, at most", plan.BundleParameters),
            ("fp32Bytes", "bundle in fp32, keys and index in it", plan.Fp32Bytes),
            ("fp16Bytes", "bundle in fp16", plan.Fp16Bytes),
            ("int8Bytes", "bundle in int8", plan.Int8Bytes),
            ("rowsThatFit", string.Create(CultureInfo.InvariantCulture, $"rows that fit {gibibytes:0.##} GiB"), plan.RowsThatFit((long)(gibibytes * (1L << 30)))),
        ];
        if (shell.Options.Json)
        {
            shell.Result(new JsonObject(figures.Select(figure => KeyValuePair.Create(figure.Name, (JsonNode?)figure.Value))));
            return;
        }

        foreach ((string name, string words, long value) in figures)
        {
            string text = name.EndsWith("Bytes", StringComparison.Ordinal) ? ByteText.Of(value) : string.Create(CultureInfo.InvariantCulture, $"{value:#,0}");
            shell.Result($"{words,-44}{text,18}");
        }
    }

    private long Rows(ParseResult parse)
    {
        (string? data, long? rows) = (parse.GetValue(_data), parse.GetValue(_rows));
        if ((data is null) == (rows is null))
        {
            throw new UsageException("Name either --data DIR or --rows N.");
        }

        if (rows is long given)
        {
            return given;
        }

        using Dataset dataset = Dataset.Open(data!);
        return dataset.TableRows;
    }
}
