using System.Diagnostics;
using System.Text.Json;
using Taper.Data;
using Taper.Training.Natives;
using Taper.Training.Runs;

namespace Taper.Benchmarks;

/// <summary>
/// Samples per second over the same model written in PyTorch (bench/pytorch/reference_shape.py), with the PyTorch of
/// Debian's python3-torch: an older build without MKL, so its network is slow by itself. What the embeddings add is
/// therefore told over each side's own network too.
/// </summary>
internal static class PyTorchBenchmark
{
    private const int Rounds = 20;
    private static readonly string[] Sparse = ["sparseSgd", "sparseAdam", "rowAdagrad"];

    public static Figures Run()
    {
        (string version, IReadOnlyDictionary<string, double> theirs) = Theirs(Python());
        double ours = Ours();
        double sparse = Sparse.Min(name => theirs[name]);
        Figures figures = new();
        figures.Add("fixedSamplesPerSecond", Speed(ours), "Taper, fixed size, Adagrad");
        figures.Add("denseAdamSamplesPerSecond", Speed(theirs["denseAdam"]), $"PyTorch {version}, nn.Embedding, Adam over everything");
        foreach (string name in Sparse)
        {
            figures.Add($"{name}SamplesPerSecond", Speed(theirs[name]), $"PyTorch {version}");
        }

        figures.Add("overDenseAdam", theirs["denseAdam"] / ours, "an older PyTorch build: its network alone costs more than all of ours");
        figures.Add("overBestSparse", sparse / ours, "likewise");
        figures.Add("networkMilliseconds", theirs["network"], "a step of PyTorch's network alone");
        figures.Add("denseAdamOverNetwork", theirs["denseAdam"] / theirs["network"], "what its embeddings cost over its own network; ours: bench/run step");
        figures.Add("bestSparseOverNetwork", sparse / theirs["network"], "");
        return figures;

        static double Speed(double milliseconds) => 1000 * ReferenceShape.BatchSize / milliseconds;
    }

    private static double Ours()
    {
        Libtorch.Prepare(ReferenceShape.Threads);
        Batch[] batches = ReferenceShape.Batches(16, 2);
        using CtrModel model = CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("fixed"));
        using ModelOptimizers step = new(model, ReferenceShape.Config("fixed").Training);
        return Timing.Medians(Rounds, turn => step.Step(batches[turn % batches.Length], 0.1))[0];
    }

    private static (string Version, IReadOnlyDictionary<string, double> Milliseconds) Theirs(string python)
    {
        string shape = Path.GetTempFileName();
        try
        {
            File.WriteAllText(shape, JsonSerializer.Serialize(new
            {
                vocabularies = ReferenceShape.Vocabularies,
                dimension = ReferenceShape.Dimension,
                hidden_units = ReferenceShape.HiddenUnits,
                batch_size = ReferenceShape.BatchSize,
                threads = ReferenceShape.Threads,
                exponent = ReferenceShape.Exponent,
                rounds = Rounds,
            }));
            using JsonDocument result = JsonDocument.Parse(Output(python, Script(), shape));
            return (
                result.RootElement.GetProperty("version").GetString()!,
                result.RootElement.GetProperty("milliseconds").EnumerateObject().ToDictionary(step => step.Name, step => step.Value.GetDouble()));
        }
        finally
        {
            File.Delete(shape);
        }
    }

    /// <summary>The first Python that has PyTorch: TAPER_PYTHON, Debian's own, the PATH's.</summary>
    private static string Python()
    {
        string?[] candidates = [Environment.GetEnvironmentVariable("TAPER_PYTHON"), "/usr/bin/python3", "python3"];
        return candidates.OfType<string>().FirstOrDefault(HasTorch)
            ?? throw new MissingToolException("no Python here has torch and numpy: apt-get install python3-torch python3-numpy, or set TAPER_PYTHON to one that has");
    }

    private static bool HasTorch(string python)
    {
        try
        {
            Output(python, "-c", "import torch, numpy");
            return true;
        }
        catch (Exception missing) when (missing is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }

    private static string Output(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program}: {error.Result}");
    }

    private static string Script([System.Runtime.CompilerServices.CallerFilePath] string source = "") =>
        Path.Combine(Path.GetDirectoryName(source)!, "..", "pytorch", "reference_shape.py");
}
