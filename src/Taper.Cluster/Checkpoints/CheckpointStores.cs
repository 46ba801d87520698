using Amazon.Runtime;
using Amazon.S3;
using Taper.Embeddings.Storage;
using Taper.Training.Runs;

namespace Taper.Cluster.Checkpoints;

/// <summary>The stores of the trainings that a silo takes part in. One client of object stores serves all of them; it is made when it is first needed.</summary>
internal sealed class CheckpointStores : IDisposable
{
    private readonly Lazy<AmazonS3Client> _s3 = new(Connect);

    /// <summary>Where a training's checkpoints are.</summary>
    public ICheckpointStore Of(TrainingPlan plan) => plan.Checkpoints is { } place
        ? new BucketCheckpoints(_s3.Value, BucketPlace.Parse(place))
        : new FolderCheckpoints(new RunFolder(plan.RunFolder));

    /// <summary>Opens a part of the checkpoint that a part of a training is to be loaded from; null where it is from none.</summary>
    /// <exception cref="CheckpointRefusedException">It is missing.</exception>
    public async Task<CheckpointPart?> OpenAsync(TrainingPlan plan, string? checkpoint, string part)
    {
        try
        {
            return checkpoint is null ? null : await Of(plan).OpenPartAsync(checkpoint, part).ConfigureAwait(false);
        }
        catch (ArtifactException e)
        {
            throw new CheckpointRefusedException(e.Message);
        }
    }

    public void Dispose()
    {
        if (_s3.IsValueCreated)
        {
            _s3.Value.Dispose();
        }
    }

    /// <summary>Credentials, region and endpoint are where every program of AWS looks for them.</summary>
    /// <exception cref="ClusterException">There are none.</exception>
    private static AmazonS3Client Connect()
    {
        try
        {
            var config = new AmazonS3Config
            {
                ForcePathStyle = IsElsewhere, // names of buckets are no hosts there
                RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, // not every store knows the others
                ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED, // a snapshot has its own
            };
            return new AmazonS3Client(config);
        }
        catch (AmazonClientException e)
        {
            throw new ClusterException($"The object store cannot be asked: {e.Message}", e);
        }
    }

    private static bool IsElsewhere => IsSet("AWS_ENDPOINT_URL_S3") || IsSet("AWS_ENDPOINT_URL");

    private static bool IsSet(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };
}
