using Microsoft.ML.OnnxRuntime;
using Taper.Models;

namespace Taper.Benchmarks;

/// <summary>
/// Rows scored per second, raw feature values in, over ONNX Runtime running the dense network alone on a ready buffer.
/// 26 fields of 40,000 values each, MLP 400-400-1, requests of 1,024 rows, one thread
/// each: the pools of two sessions would fight for the processor.
/// </summary>
internal static class ScoreBenchmark
{
    private const int Fields = 26;
    private const int Values = 40_000;
    private const int BatchSize = 1024;
    private const int Rounds = 60;

    public static Figures Run()
    {
        using SyntheticBundle synthetic = new(Fields, Values, 4, Precision.Fp32, 400, 400);
        using Scorer scorer = Scorer.Open(synthetic.Path);
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        using InferenceSession session = new(scorer.Bundle.NetworkPath, options);
        using RunOptions run = new();
        float[] ready = new float[BatchSize * Fields * SyntheticBundle.Dimension];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(ready, [BatchSize, Fields * SyntheticBundle.Dimension]);
        var random = new Random(6);
        Zipf zipf = new(Values, 1.05);
        byte[][][] rows = [.. Enumerable.Range(0, BatchSize * 4).Select(_ => Enumerable.Range(0, Fields).Select(_ => System.Text.Encoding.UTF8.GetBytes($"value{zipf.Next(random)}")).ToArray())];
        FeatureBatch batch = scorer.CreateBatch();
        float[] probabilities = new float[BatchSize];
        double[] times = Timing.Medians(
            Rounds,
            turn =>
            {
                using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
            },
            turn =>
            {
                batch.Clear();
                for (int i = 0; i < BatchSize; i++)
                {
                    batch.AddRow();
                    byte[][] row = rows[((turn * BatchSize) + i) % rows.Length];
                    for (int field = 0; field < Fields; field++)
                    {
                        batch.Set(field, row[field]);
                    }
                }

                scorer.Score(batch, probabilities);
            });
        Figures figures = new();
        figures.Add("denseRowsPerSecond", 1000 * BatchSize / times[0], "ONNX Runtime alone");
        figures.Add("rowsPerSecond", 1000 * BatchSize / times[1], "Scorer, raw values in");
        figures.Add("overDense", times[0] / times[1], "speed over ONNX Runtime alone");
        return figures;
    }
}
