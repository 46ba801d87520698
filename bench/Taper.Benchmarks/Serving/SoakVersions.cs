using System.Collections.Concurrent;
using Taper.Models;

namespace Taper.Benchmarks.Serving;

/// <summary>
/// The versions of a model in a server's folder, whose numbers all differ, and what each answers for some rows. A version
/// is dropped in as people do it: written beside the folder and renamed.
/// </summary>
/// <param name="models">The server's folder.</param>
/// <param name="rows">The rows that are asked for, in groups.</param>
internal sealed class SoakVersions(string models, ServedRow[][] rows)
{
    public const string Model = "movies";
    public const int Values = 200_000;
    private const int Kept = 3;
    private const double Tolerance = 1e-5;
    private readonly ConcurrentDictionary<long, float[][]> _scores = [];
    private readonly string _model = Directory.CreateDirectory(Path.Combine(models, Model)).FullName;
    private long _last;

    /// <summary>Drops in a version that is whole, and deletes old ones.</summary>
    public void Add()
    {
        string beside = Write();
        _scores[_last] = Score(beside);
        Directory.Move(beside, Path.Combine(_model, $"{_last}"));
        foreach (string old in Directory.GetDirectories(_model).Where(folder => long.Parse(Path.GetFileName(folder)) <= _last - Kept))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    /// <summary>Drops in a version whose network is damaged.</summary>
    public void AddBroken()
    {
        string beside = Write();
        string network = Path.Combine(beside, "network.onnx");
        byte[] bytes = File.ReadAllBytes(network);
        bytes[^1] ^= 1;
        File.WriteAllBytes(network, bytes);
        Directory.Move(beside, Path.Combine(_model, $"{_last}"));
    }

    /// <summary>The version that answers a group of rows with just these scores; null when none does.</summary>
    public long? VersionOf(int group, float[] scores) => _scores
        .Where(version => version.Value[group].Zip(scores).All(pair => Math.Abs(pair.First - pair.Second) < Tolerance))
        .Select(version => (long?)version.Key).FirstOrDefault();

    private string Write()
    {
        _last++;
        string beside = Path.Combine(models, ".next");
        using ServedModel model = new(Values, (int)_last, bias: 0.3f * ((_last % 9) - 4));
        model.WriteBundle(beside);
        return beside;
    }

    private float[][] Score(string bundle)
    {
        using Scorer scorer = Scorer.Open(bundle);
        FeatureBatch batch = scorer.CreateBatch();
        return [.. rows.Select(group =>
        {
            float[] scores = new float[group.Length];
            batch.Clear();
            foreach (ServedRow row in group)
            {
                batch.AddRow(row.UserId, row.MovieId, row.Year, string.Join('|', row.Genres));
            }

            scorer.Score(batch, scores);
            return scores;
        })];
    }
}
