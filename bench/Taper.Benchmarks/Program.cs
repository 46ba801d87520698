using System.Globalization;
using Taper.Benchmarks;
using Taper.Benchmarks.Serving;

Dictionary<string, (string About, Func<Figures> Run)> benchmarks = new()
{
    ["step"] = ("a training step over the dense network's alone", StepBenchmark.Run),
    ["torchsharp"] = ("samples per second over the same model in plain TorchSharp", TorchSharpBenchmark.Run),
    ["pytorch"] = ("the same against PyTorch, where python3-torch is installed", PyTorchBenchmark.Run),
    ["gather"] = ("gather and update over the limit of random access", GatherBenchmark.Run),
    ["lookup"] = ("compact lookups of each precision over a dense gather", LookupBenchmark.Run),
    ["hps"] = ("NVIDIA HPS's published CPU workload", HpsBenchmark.Run),
    ["score"] = ("scoring over ONNX Runtime doing the dense part alone", ScoreBenchmark.Run),
    ["store"] = ("rows in a redis-server: bytes, and fetching 512", StoreBenchmark.Run),
    ["prepare"] = ("preparing over DuckDB reading and counting the same file", PrepareBenchmark.Run),
    ["shuffle"] = ("reading more examples than the page cache holds", ShuffleBenchmark.Run),
    ["scale"] = ("time and memory from 10 thousand to 10 million examples, 1 to 100 million rows", ScaleBenchmark.Run),
    ["serve"] = ("the server over plain ONNX Runtime behind ASP.NET Core", ServeBenchmark.Run),
    ["soak"] = ("requests while versions come and go, for --minutes N (10)", () => SoakBenchmark.Run(Minutes())),
};

if (args is [PlainTorchSharp.Argument])
{
    return PlainTorchSharp.Serve();
}

if (args is [PlainOnnxServer.Argument, string folder])
{
    return PlainOnnxServer.Serve(folder);
}

bool json = args.Contains("--json");
string? name = args.FirstOrDefault(arg => !arg.StartsWith('-'));
if (name is null || !benchmarks.TryGetValue(name, out var benchmark))
{
    Console.Error.WriteLine("usage: bench/run NAME [--json]");
    foreach ((string known, (string about, _)) in benchmarks)
    {
        Console.Error.WriteLine($"  {known,-12}{about}");
    }

    return 2;
}

try
{
    Figures figures = benchmark.Run();
    Console.WriteLine(json ? figures.ToJson() : figures.ToString());
    return 0;
}
catch (MissingToolException missing)
{
    Console.Error.WriteLine($"error: {missing.Message}");
    return 1;
}

double Minutes()
{
    int at = Array.IndexOf(args, "--minutes") + 1;
    return at > 0 && at < args.Length ? double.Parse(args[at], CultureInfo.InvariantCulture) : 10;
}
