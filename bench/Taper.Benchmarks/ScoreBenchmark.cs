using System.Text;
using Microsoft.ML.OnnxRuntime;
using Taper.Models;

namespace Taper.Benchmarks;

/// <summary>
/// Scoring raw feature values, one thread. Rows: 26 fields of 40,000 values, MLP 400-400-1, requests of 1,024 rows, over
/// ONNX Runtime running the dense network alone on a ready buffer. Candidates: 6 fields, two of them the user's, DNN
/// 128-64, requests of 500, over the same 500 as full rows; and single rows of that model.
/// </summary>
internal static class ScoreBenchmark
{
    private const int Values = 40_000;
    private const int BatchSize = 1024;
    private const int Candidates = 500;
    private const int UserFields = 2;
    private const int SmallFields = 6;
    private const int SinglesOfTurn = 500;

    public static Figures Run()
    {
        Figures figures = new();
        MeasureRows(figures);
        using SyntheticBundle synthetic = new(SmallFields, Values, 4, Precision.Fp32, 128, 64);
        using Scorer scorer = Scorer.Open(synthetic.Path);
        byte[][][] rows = RawRows(SmallFields, Candidates * 8);
        MeasureCandidates(figures, scorer, rows);
        MeasureSingleRows(figures, scorer, rows);
        return figures;
    }

    private static void MeasureRows(Figures figures)
    {
        const int fields = 26;
        using SyntheticBundle synthetic = new(fields, Values, 4, Precision.Fp32, 400, 400);
        using Scorer scorer = Scorer.Open(synthetic.Path);
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 }; // the pools of two sessions would fight
        using InferenceSession session = new(scorer.Bundle.NetworkPath, options);
        using RunOptions run = new();
        float[] ready = new float[BatchSize * fields * SyntheticBundle.Dimension];
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(ready, [BatchSize, fields * SyntheticBundle.Dimension]);
        byte[][][] rows = RawRows(fields, BatchSize * 4);
        FeatureBatch batch = scorer.CreateBatch();
        float[] probabilities = new float[BatchSize];
        double[] times = Timing.Medians(
            60,
            turn =>
            {
                using var outputs = session.Run(run, session.InputNames, [input], session.OutputNames);
            },
            turn => ScoreRows(scorer, batch, Turn(rows, turn, BatchSize), probabilities));
        figures.Add("denseRowsPerSecond", 1000 * BatchSize / times[0], "ONNX Runtime alone");
        figures.Add("rowsPerSecond", 1000 * BatchSize / times[1], "Scorer, raw values in");
        figures.Add("overDense", times[0] / times[1], "speed over ONNX Runtime alone");
    }

    private static void MeasureCandidates(Figures figures, Scorer scorer, byte[][][] rows)
    {
        CandidateBatch candidates = scorer.CreateCandidates();
        FeatureBatch batch = scorer.CreateBatch();
        float[] probabilities = new float[Candidates];
        byte[][][] full = [.. rows.Index().Select(row => rows[row.Index / Candidates * Candidates][..UserFields].Concat(row.Item[UserFields..]).ToArray())];
        double[] times = Timing.Medians(
            500,
            turn => ScoreRows(scorer, batch, Turn(full, turn, Candidates), probabilities),
            turn => ScoreCandidates(scorer, candidates, Turn(full, turn, Candidates), probabilities));
        figures.Add("candidatesPerSecond", 1000 * Candidates / times[1], "500 of a user, 4 fields each");
        figures.Add("candidatesOverRows", times[1] / times[0], "time over the same 500 as full rows");
    }

    private static void MeasureSingleRows(Figures figures, Scorer scorer, byte[][][] rows)
    {
        FeatureBatch batch = scorer.CreateBatch();
        float[] probabilities = new float[1];
        long allocated = 0;
        double[] times = Timing.Medians(100, turn =>
        {
            ReadOnlySpan<byte[][]> turnRows = Turn(rows, turn, SinglesOfTurn);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < turnRows.Length; i++)
            {
                ScoreRows(scorer, batch, turnRows.Slice(i, 1), probabilities);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        figures.Add("singleRowMicroseconds", 1000 * times[0] / SinglesOfTurn, "6 raw values in, one row a call");
        figures.Add("singleRowAllocatedBytes", (double)allocated / SinglesOfTurn, "a call");
    }

    private static void ScoreRows(Scorer scorer, FeatureBatch batch, ReadOnlySpan<byte[][]> rows, float[] probabilities)
    {
        batch.Clear();
        foreach (byte[][] row in rows)
        {
            batch.AddRow();
            for (int field = 0; field < row.Length; field++)
            {
                batch.Set(field, row[field]);
            }
        }

        scorer.Score(batch, probabilities);
    }

    private static void ScoreCandidates(Scorer scorer, CandidateBatch candidates, ReadOnlySpan<byte[][]> rows, float[] probabilities)
    {
        candidates.Clear();
        for (int field = 0; field < UserFields; field++)
        {
            candidates.SetShared(field, rows[0][field]);
        }

        foreach (byte[][] row in rows)
        {
            candidates.AddCandidate();
            for (int field = UserFields; field < row.Length; field++)
            {
                candidates.Set(field, row[field]);
            }
        }

        scorer.Score(candidates, probabilities);
    }

    private static ReadOnlySpan<byte[][]> Turn(byte[][][] rows, int turn, int count) =>
        rows.AsSpan(turn % (rows.Length / count) * count, count);

    private static byte[][][] RawRows(int fields, int count)
    {
        var random = new Random(6);
        Zipf zipf = new(Values, 1.05);
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
                Enumerable.Range(0, fields).Select(_ => Encoding.UTF8.GetBytes($"value{zipf.Next(random)}")).ToArray()),
        ];
    }
}
