using System.Text;
using System.Text.Json;

namespace Taper.Benchmarks.Serving;

/// <summary>
/// Requests a second of Taper.Server, and of the same model behind plain ONNX Runtime with padded fp32 embeddings, each in
/// a process of its own; they take turns. 4 fields over a million values, DNN 128-64, D = 16, a quarter of the size kept.
/// </summary>
internal static class ServeBenchmark
{
    private const int Values = 1_000_000;
    private const int Items = 500;
    private const int Connections = 16;
    private const int Rounds = 5;
    private const int PlainPredict = 1, PlainRank = 3;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    public static Figures Run()
    {
        string folder = Directory.CreateTempSubdirectory("taper-serve-").FullName;
        try
        {
            string bundle = Path.Combine(folder, "bundle"), plainFolder = Path.Combine(folder, "plain");
            RowSource rows = Write(bundle, plainFolder);
            using ServerProcess taper = ServerProcess.Taper(bundle);
            using ServerProcess plain = ServerProcess.Plain(plainFolder);
            Side[] sides = Sides(rows, taper.Port, plain.Port);
            Agree(sides[0], sides[PlainPredict], "predictions");
            Agree(sides[2], sides[PlainRank], "scores");
            Array.ForEach(sides, side => side.Ask(WarmUp));
            List<LoadResult>[] results = [.. sides.Select(_ => new List<LoadResult>())];
            for (int round = 0; round < Rounds; round++)
            {
                for (int side = 0; side < sides.Length; side++)
                {
                    results[side].Add(sides[side].Ask(Turn));
                }
            }

            return Tell(results, taper.Memory, plain.Memory);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static RowSource Write(string bundle, string plain)
    {
        using ServedModel model = new(Values, seed: 1, bias: -1);
        model.WriteBundle(bundle);
        model.WritePlain(plain, bundle);
        return new RowSource(model.Counts);
    }

    private static Side[] Sides(RowSource rows, int taper, int plain)
    {
        ServedRow[] singles = [.. Enumerable.Range(0, 10_000).Select(_ => rows.Next())];
        ServedRow[][] rankings = [.. Enumerable.Range(0, 200).Select(_ => Enumerable.Range(0, Items).Select(_ => rows.Next()).ToArray())];
        return
        [
            new Side(taper, [.. singles.Select(row => WireRequest.Predict("/v1/models/movies:predict", row))]),
            new Side(plain, [.. singles.Select(row => WireRequest.Predict("/predict", row))]),
            new Side(taper, [.. rankings.Select(items => WireRequest.Rank("/v1/models/movies:rank", items))]),
            new Side(plain, [.. rankings.Select(items => WireRequest.Rank("/rank", items))]),
            new Side(taper, [.. singles.Select(row => WireRequest.Infer("/v2/models/movies/infer", row))]),
        ];
    }

    /// <summary>Who is compared has to give the same answers.</summary>
    private static void Agree(Side taper, Side plain, string name)
    {
        foreach ((double ours, double theirs) in taper.First(name).Zip(plain.First(name)))
        {
            if (Math.Abs(ours - theirs) > 1e-5)
            {
                throw new InvalidOperationException($"the servers disagree: {ours} and {theirs}");
            }
        }
    }

    private static Figures Tell(List<LoadResult>[] results, ProcessMemory taper, ProcessMemory plain)
    {
        double[] speeds = [.. results.Select(side => Timing.Percentile([.. side.Select(turn => turn.PerSecond)], 0.5))];
        Figures figures = new();
        Add("predict", 0, 1, "requests a second, one row; at least 8,000 is the aim");
        Add("plainPredict", PlainPredict, 1, "requests a second, plain ONNX Runtime");
        figures.Add("predictOverPlain", speeds[0] / speeds[PlainPredict], "speed over plain ONNX Runtime");
        Add("rank", 2, Items, "items a second, 500 a request; at least 150,000 is the aim");
        Add("plainRank", PlainRank, Items, "items a second, plain ONNX Runtime");
        figures.Add("rankOverPlain", speeds[2] / speeds[PlainRank], "speed over plain ONNX Runtime");
        Add("infer", 4, 1, "requests a second, one row by tensors");
        figures.Add("residentMB", taper.Resident, "of the server at the end");
        figures.Add("privateMB", taper.Private, "of it not mapped from files");
        figures.Add("plainResidentMB", plain.Resident, "plain ONNX Runtime");
        figures.Add("plainPrivateMB", plain.Private, "of it not mapped from files");
        figures.Add("residentOverPlain", taper.Resident / plain.Resident, "memory over plain ONNX Runtime");
        return figures;

        void Add(string name, int side, int scale, string meaning)
        {
            double[] times = [.. results[side].SelectMany(turn => turn.Milliseconds)];
            figures.Add($"{name}PerSecond", speeds[side] * scale, meaning);
            figures.Add($"{name}P50", Timing.Percentile(times, 0.5), "milliseconds a request");
            figures.Add($"{name}P99", Timing.Percentile(times, 0.99), "");
            figures.Add($"{name}P999", Timing.Percentile(times, 0.999), "");
        }
    }

    private sealed record Side(int Port, byte[][] Requests)
    {
        public LoadResult Ask(TimeSpan time) => Load.Run(Port, Requests, Connections, time);

        /// <summary>The numbers that answer the first request.</summary>
        public double[] First(string name)
        {
            string request = Encoding.UTF8.GetString(Requests[0]);
            using HttpClient client = new(); // which understands every framing of an answer
            using StringContent body = new(request[request.IndexOf('{', StringComparison.Ordinal)..], Encoding.UTF8, "application/json");
            using HttpRequestMessage message = new(HttpMethod.Post, $"http://127.0.0.1:{Port}{request.Split(' ')[1]}") { Content = body };
            using HttpResponseMessage answer = client.Send(message);
            using JsonDocument json = JsonDocument.Parse(answer.EnsureSuccessStatusCode().Content.ReadAsStream());
            return [.. json.RootElement.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
        }
    }
}
