using System.Collections.Concurrent;
using System.Globalization;
using Taper.Configuration;
using Taper.Training;

namespace Taper.Studies.Tests;

/// <summary>Stands for the taper program: does nothing real, and remembers what it was asked for.</summary>
internal sealed class FakeTaper : ITaperProcess
{
    private readonly ConcurrentQueue<string> _commands = new();

    /// <summary>What a run of this config scores.</summary>
    public Func<RunConfig, double> Auc { get; init; } = _ => 0.8;

    /// <summary>Whether training this config fails.</summary>
    public Func<RunConfig, bool> Fails { get; set; } = _ => false;

    /// <summary>Called when training begins.</summary>
    public Action<CancellationToken> OnTrain { get; set; } = _ => { };

    /// <summary>The commands, as <c>train config.yaml ...</c>.</summary>
    public IReadOnlyList<string> Commands => [.. _commands];

    public int Count(string command) => _commands.Count(c => c.StartsWith(command + " ", StringComparison.Ordinal));

    public Task<ProcessEnd> RunAsync(ProcessCommand command, Action<string> said, CancellationToken cancellation)
    {
        IReadOnlyList<string> arguments = command.Arguments;
        _commands.Enqueue(string.Join(' ', arguments));
        return Task.FromResult(arguments[0] switch
        {
            "train" => Train(arguments, said, cancellation),
            "export" => Export(Value(arguments, "--out")),
            "evaluate" => new ProcessEnd(0, $$"""{"validation": {{Split(AucIn(arguments[1]))}}, "test": {{Split(AucIn(arguments[1]) - 0.01)}}}"""),
            _ => new ProcessEnd(2, ""),
        });
    }

    private static ProcessEnd Export(string bundle)
    {
        Directory.CreateDirectory(bundle);
        File.WriteAllText(Path.Combine(bundle, "keys.safetensors"), new string('k', 100));
        File.WriteAllText(Path.Combine(bundle, "embeddings.safetensors"), new string('e', 300));
        File.WriteAllText(Path.Combine(bundle, "network.onnx"), "network");
        return new ProcessEnd(0, "{}");
    }

    private ProcessEnd Train(IReadOnlyList<string> arguments, Action<string> said, CancellationToken cancellation)
    {
        var config = RunConfig.From(ConfigDocument.Load(arguments[1], [], new Dictionary<string, string>()));
        string run = Value(arguments, "--out");
        Directory.CreateDirectory(Path.Combine(run, "checkpoints"));
        File.WriteAllText(Path.Combine(run, "run.json"), "{}");
        said("epoch 1");
        OnTrain(cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (Fails(config))
        {
            said("error: The loss is not finite.");
            return new ProcessEnd(1, "");
        }

        double auc = Auc(config);
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(run)!, "auc"), auc.ToString(CultureInfo.InvariantCulture));
        return new ProcessEnd(0, $$"""
            {"validation": {{Split(auc)}}, "test": {{Split(0)}}, "embedding": {"parameters": 40, "fixedParameters": 160, "meanSize": 4},
             "seconds": 2, "samplesPerSecond": 100, "trainingBytes": 1000, "peakMemoryBytes": 5000, "epochs": 3, "bestEpoch": 2}
            """);
    }

    private static string Split(double auc) => string.Create(
        CultureInfo.InvariantCulture, $$"""{"examples": 10, "auc": {{auc}}, "logloss": 0.5, "predictedOverActual": 1, "calibrationError": 0.1}""");

    private static double AucIn(string bundle) =>
        double.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(bundle)!, "auc")), CultureInfo.InvariantCulture);

    private static string Value(IReadOnlyList<string> arguments, string option) => arguments[arguments.Index().First(a => a.Item == option).Index + 1];
}
