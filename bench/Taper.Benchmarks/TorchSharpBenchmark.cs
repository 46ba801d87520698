using System.Diagnostics;
using Taper.Data;
using Taper.Training.Natives;
using Taper.Training.Runs;

namespace Taper.Benchmarks;

/// <summary>
/// Samples per second over the same model, rows and batches as people write it in TorchSharp (<see cref="PlainTorchSharp"/>).
/// That runs in a process of its own, so that it has libtorch as it comes and not as Taper sets it up; the two processes
/// take turns of several steps, as a training takes one step after another.
/// </summary>
internal static class TorchSharpBenchmark
{
    private const int Rounds = 8;
    private const int StepsATurn = 8;

    public static Figures Run()
    {
        Libtorch.Prepare(ReferenceShape.Threads);
        Batch[] batches = ReferenceShape.Batches(16, 2);
        using CtrModel fixedModel = CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("fixed"));
        using CtrModel amtlModel = CtrModel.Create(ReferenceShape.Model, ReferenceShape.Config("amtl"));
        using ModelOptimizers fixedStep = new(fixedModel, ReferenceShape.Config("fixed").Training);
        using ModelOptimizers amtlStep = new(amtlModel, ReferenceShape.Config("amtl").Training);
        using Process plain = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [typeof(TorchSharpBenchmark).Assembly.Location, PlainTorchSharp.Argument])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Expect(plain, PlainTorchSharp.Ready);
        double[] times = Timing.MediansOfRows(
            Rounds,
            StepsATurn,
            [
                turn => fixedStep.Step(batches[turn % batches.Length], 0.1),
                turn => amtlStep.Step(batches[turn % batches.Length], 0.1),
                .. PlainTorchSharp.Names.Select(name => (Action<int>)(turn => Step(plain, name, turn))),
            ]);
        plain.StandardInput.Close();
        plain.WaitForExit();
        return Tell([.. times.Select(time => 1000 * ReferenceShape.BatchSize / time)]);
    }

    private static Figures Tell(double[] speeds)
    {
        Figures figures = new();
        figures.Add("fixedSamplesPerSecond", speeds[0], "Taper, fixed size, Adagrad");
        figures.Add("amtlSamplesPerSecond", speeds[1], "Taper, AMTL learning sizes, Adagrad");
        figures.Add("denseAdamSamplesPerSecond", speeds[2], "TorchSharp, nn.Embedding, Adam over everything");
        figures.Add("sparseSgdSamplesPerSecond", speeds[3], "TorchSharp, nn.Embedding(sparse), SGD on the rows");
        figures.Add("rowAdagradSamplesPerSecond", speeds[4], "TorchSharp, unique rows and Adagrad by hand");
        figures.Add("overDenseAdam", speeds[0] / speeds[2], "at least 2.2 is the aim");
        figures.Add("overBestSparse", speeds[0] / Math.Max(speeds[3], speeds[4]), "at least 1.1 is the aim");
        figures.Add("amtlOverBestSparse", speeds[1] / Math.Max(speeds[3], speeds[4]), "");
        return figures;
    }

    private static void Step(Process plain, string name, int turn)
    {
        plain.StandardInput.WriteLine($"{name} {turn}");
        plain.StandardInput.Flush();
        Expect(plain, PlainTorchSharp.Done);
    }

    private static void Expect(Process plain, string answer)
    {
        if (plain.StandardOutput.ReadLine() is not { } line || line != answer)
        {
            throw new InvalidOperationException("the process of plain TorchSharp did not answer");
        }
    }
}
