using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Taper.Configuration;
using Taper.Data;
using Taper.Embeddings.Storage;
using Taper.Training;
using Taper.Training.Runs;

namespace Taper.Studies.Replays;

/// <summary>
/// Plays the past again, period by period: each is trained on and measured on the next, by a model that starts from the one of
/// the period before. A replay that was stopped goes on where it ended.
/// </summary>
public sealed class Replay
{
    private readonly ReplayRequest _request;
    private readonly TimeSplit _time;
    private readonly IReplayProgress _progress;
    private readonly CancellationToken _cancellation;

    private Replay(ReplayRequest request, TimeSplit time, IReplayProgress progress, CancellationToken cancellation)
    {
        (_request, _time, _progress, _cancellation) = (request, time, progress, cancellation);
    }

    /// <summary>Replays all periods and returns what they came to; <c>replay.csv</c> and the plot are written after each.</summary>
    /// <exception cref="ConfigException">The data is not split by time, or there are no periods.</exception>
    /// <exception cref="StudyException">The folder holds another replay.</exception>
    /// <exception cref="DataException">A period has no examples, or examples of one label alone.</exception>
    /// <exception cref="OperationCanceledException">It was stopped; what is finished stays.</exception>
    public static IReadOnlyList<ReplayedPeriod> Run(ReplayRequest request, IReplayProgress progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(progress);
        TimeSplit time = request.Data.Split.Time
            ?? throw new ConfigException("data.split: a replay needs a split by time with from and to.");
        IReadOnlyList<ReplayPeriod> periods = ReplayPeriod.Of(time, request.By);
        RefuseAnother(request);
        return new Replay(request, time, progress, cancellation).Run(periods);
    }

    private List<ReplayedPeriod> Run(IReadOnlyList<ReplayPeriod> periods)
    {
        List<ReplayedPeriod> replayed = [];
        for (int i = 0; i < periods.Count; i++)
        {
            bool isNew = !File.Exists(Path.Combine(At(periods[i], "run"), "result.json"));
            replayed.Add(Run(periods[i], i == 0 ? null : periods[i - 1]));
            _progress.PeriodDone(replayed[^1]);
            if (isNew)
            {
                ReplayReport.Write(_request.Folder, replayed);
            }
        }

        ReplayReport.Write(_request.Folder, replayed);
        return replayed;
    }

    private ReplayedPeriod Run(ReplayPeriod period, ReplayPeriod? before)
    {
        string data = At(period, "data"), run = At(period, "run");
        Prepare(period, period.From, before is null ? null : At(before, "data"), data);
        if (before is null)
        {
            Train(_request.First, _request.FirstYaml, null, data, run);
        }
        else
        {
            Train(_request.Then, _request.ThenYaml, At(before, "run"), data, run);
        }

        TrainingResult? anew = null;
        if (_request.Anew)
        {
            Prepare(period, _time.From!, null, At(period, "anew-data"));
            Train(_request.First, _request.FirstYaml, null, At(period, "anew-data"), At(period, "anew"));
            using TrainedRun trained = TrainedRun.Open(At(period, "anew"), At(period, "anew-data"));
            anew = trained.Result;
        }

        using TrainedRun? earlier = before is null ? null : TrainedRun.Open(At(before, "run"), At(before, "data"));
        using TrainedRun later = TrainedRun.Open(run, data);
        return new ReplayedPeriod(period, later.Dataset.Split("train").Count, ValueChanges.Between(earlier, later), later.Result!, anew);
    }

    private void Prepare(ReplayPeriod period, string from, string? after, string folder)
    {
        if (File.Exists(Path.Combine(folder, DatasetManifest.FileName)))
        {
            return;
        }

        _progress.Message($"{period.Name}: preparing");
        DataConfig config = _request.Data with
        {
            Split = new SplitConfig { Time = _time with { From = from, TestFrom = period.To, To = period.TestTo } },
        };
        if (after is null)
        {
            DatasetBuilder.Build(config, _request.BaseFolder, folder, null, _cancellation);
        }
        else
        {
            DatasetBuilder.BuildAfter(config, _request.BaseFolder, after, folder, null, _cancellation);
        }

        Claim();
    }

    private void Train(RunConfig config, string yaml, string? initial, string data, string run)
    {
        if (File.Exists(Path.Combine(run, "result.json")))
        {
            return;
        }

        bool isBegun = File.Exists(Path.Combine(run, "run.json")); // and then knows what it started from
        _progress.Message($"{Path.GetRelativePath(_request.Folder, run)}: training");
        Trainer.Run(
            new TrainingRequest
            {
                Config = config,
                ConfigYaml = yaml,
                DatasetFolder = data,
                RunFolder = run,
                InitFrom = isBegun ? null : initial,
                Resume = isBegun,
            },
            _progress.Training,
            _cancellation);
    }

    private string At(ReplayPeriod period, string name) => Path.Combine(_request.Folder, period.Name, name);

    /// <summary>
    /// Notes what is replayed in the folder, so that nothing else goes on in it: not before something was made of it, and without what
    /// changes no period.
    /// </summary>
    private void Claim()
    {
        string path = ClaimOf(_request);
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, stream => stream.Write(ClaimText(_request)));
        }
    }

    private static void RefuseAnother(ReplayRequest request)
    {
        string path = ClaimOf(request);
        if (File.Exists(path) && !IsSame(File.ReadAllBytes(path), ClaimText(request)))
        {
            throw new StudyException($"{request.Folder} holds a replay of another config; name another folder with --out.");
        }
    }

    /// <summary>Whether a note is of what is wanted: a key that the config did not have when it was noted is null now.</summary>
    private static bool IsSame(byte[] noted, byte[] wanted)
    {
        try
        {
            return JsonNode.DeepEquals(WithoutNulls(JsonNode.Parse(noted)), WithoutNulls(JsonNode.Parse(wanted)));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static JsonNode? WithoutNulls(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.Where(key => key.Value is not null).Select(key => KeyValuePair.Create(key.Key, WithoutNulls(key.Value)))),
        JsonArray json => new JsonArray([.. json.Select(WithoutNulls)]),
        _ => node?.DeepClone(),
    };

    private static string ClaimOf(ReplayRequest request) => Path.Combine(request.Folder, "replay.json");

    private static byte[] ClaimText(ReplayRequest request) => Encoding.UTF8.GetBytes(JsonSerializer.Serialize(request with
    {
        BaseFolder = Path.GetFullPath(request.BaseFolder),
        Data = request.Data with { MemoryLimit = "", Threads = 0 },
        FirstYaml = "",
        ThenYaml = "",
        Anew = false,
        Folder = "",
    }));
}
