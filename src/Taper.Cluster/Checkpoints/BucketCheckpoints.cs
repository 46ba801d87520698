using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using Taper.Cluster.Hosting;
using Taper.Embeddings.Storage;
using Taper.Training.Runs;

namespace Taper.Cluster.Checkpoints;

/// <summary>
/// Checkpoints in an S3-like object store: <c>step-N/ATTEMPT/PART/FILE</c>. An object that is written last says that an attempt is complete,
/// so that neither a lost writer's objects nor those of one that wakes up beside its successor are ever taken for a checkpoint's. Parts
/// go through files of this machine, since a store takes an object as a whole and is asked for it as a whole.
/// </summary>
/// <param name="s3">The store's client.</param>
/// <param name="root">Where the training's checkpoints are; no other training's.</param>
internal sealed class BucketCheckpoints(IAmazonS3 s3, BucketPlace root) : ICheckpointStore
{
    private const string Prefix = "step-";
    private const string Complete = "complete";
    private const int MostKeysAtOnce = 1000; // S3's own limit

    public IReadOnlyList<string> NewestFirst() => [.. CompleteAttempts(Names()).Select(attempt => root.In(attempt).ToString())];

    public string Of(long step) => CompleteAttempts(Names()).FirstOrDefault(attempt => StepOf(attempt) == step) is { } attempt
        ? root.In(attempt).ToString()
        : throw new ArtifactException($"{root}: the checkpoint of step {step} is missing.");

    public void Write(long step, Action<string> writeParts)
    {
        BucketPlace place = root.In(string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:D12}/{Guid.NewGuid():N}"));
        writeParts(place.ToString());
        BucketPlace complete = place.In(Complete);
        Wait(() => s3.PutObjectAsync(new PutObjectRequest { BucketName = complete.Bucket, Key = complete.Key, ContentBody = "", UseChunkEncoding = false }));
    }

    public void Prune(long best)
    {
        List<string> names = Names();
        HashSet<string> kept = [.. CompleteAttempts(names).Where((attempt, age) => age < RunFolder.KeptCheckpoints || StepOf(attempt) == best)];
        Delete(names.Where(name => !kept.Contains(AttemptOf(name))));
    }

    public void Clear() => Delete(Names());

    public async Task WritePartAsync(string place, string part, Action<string> write)
    {
        using var scratch = new ScratchFolder();
        string folder = Path.Combine(scratch.Path, part);
        write(folder);
        var upload = new BucketUpload(s3);
        BucketPlace target = BucketPlace.Parse(place).In(part);
        foreach (string file in Snapshot.Files)
        {
            await BucketFault.Tell(target.In(file), () => upload.SendAsync(Path.Combine(folder, file), target.In(file))).ConfigureAwait(false);
        }
    }

    public async Task<CheckpointPart> OpenPartAsync(string place, string part)
    {
        var scratch = new ScratchFolder();
        try
        {
            string folder = Path.Combine(scratch.Path, part);
            BucketPlace source = BucketPlace.Parse(place).In(part);
            using var transfer = new TransferUtility(s3);
            foreach (string file in Snapshot.Files)
            {
                await BucketFault.Tell(source.In(file), () => transfer.DownloadAsync(Path.Combine(folder, file), source.Bucket, source.In(file).Key)).ConfigureAwait(false);
            }

            return new CheckpointPart(source.ToString(), folder, scratch);
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }

    /// <summary>The attempts that came to their end, newest step first.</summary>
    private static IReadOnlyList<string> CompleteAttempts(IEnumerable<string> names) =>
        [.. names.Where(name => name == $"{AttemptOf(name)}/{Complete}").Select(AttemptOf).OrderByDescending(StepOf).ThenByDescending(attempt => attempt, StringComparer.Ordinal)];

    /// <summary>What lies here, named from <c>step-N/ATTEMPT</c> on.</summary>
    private List<string> Names()
    {
        var names = new List<string>();
        var request = new ListObjectsV2Request { BucketName = root.Bucket, Prefix = root.In(Prefix).Key };
        ListObjectsV2Response response;
        do
        {
            response = Wait(() => s3.ListObjectsV2Async(request));
            names.AddRange((response.S3Objects ?? []).Select(found => found.Key[(root.Key.Length + 1)..]).Where(name => StepOf(name) >= 0 && name.Split('/').Length > 2));
            request.ContinuationToken = response.NextContinuationToken;
        }
        while (response.IsTruncated == true);
        return names;
    }

    private void Delete(IEnumerable<string> names)
    {
        foreach (string[] some in names.OrderByDescending(name => name.EndsWith($"/{Complete}", StringComparison.Ordinal)).Chunk(MostKeysAtOnce))
        {
            List<KeyVersion> keys = [.. some.Select(name => new KeyVersion { Key = root.In(name).Key })];
            Wait(() => s3.DeleteObjectsAsync(new DeleteObjectsRequest { BucketName = root.Bucket, Objects = keys, Quiet = true }));
        }
    }

    private static string AttemptOf(string name) => string.Join('/', name.Split('/').Take(2));

    /// <summary>The step that something is of; −1 for what is nobody's checkpoint.</summary>
    private static long StepOf(string name) =>
        long.TryParse(name.Split('/')[0][Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1;

    /// <summary>The coordinator's thread has nothing else to do meanwhile.</summary>
    private T Wait<T>(Func<Task<T>> ask) => BucketFault.Tell(root, ask).GetAwaiter().GetResult();
}
