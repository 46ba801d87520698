using Taper.Cluster.Tests.Checkpoints;

namespace Taper.Cluster.Tests.Trainings;

/// <summary>
/// A cluster of one silo and one of three, for all whole trainings. Their memory is short: whatever a training would not give
/// back the next ones lack.
/// </summary>
public sealed class TestClusters : IAsyncLifetime
{
    /// <summary>Bytes that shards may take on each silo: a table of 8 dimensions, not one of 32.</summary>
    public const long Memory = 30_000;

    private TestCluster? _one;
    private TestCluster? _three;
    private ObjectServer? _objects;

    public ClusterTrainings One => _one!.Trainings;

    public ClusterTrainings Three => _three!.Trainings;

    public ClusterDatasets DatasetsOfOne => _one!.Datasets;

    public ClusterDatasets DatasetsOfThree => _three!.Datasets;

    /// <summary>The object store that silos find by the environment of this process.</summary>
    internal ObjectServer Objects => _objects!;

    public async ValueTask InitializeAsync()
    {
        _objects = await ObjectServer.StartAsync();
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", _objects.Address);
        Environment.SetEnvironmentVariable("AWS_REGION", "us-east-1");
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", "key");
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", "secret");
        _one = await TestCluster.StartAsync(1, Memory);
        _three = await TestCluster.StartAsync(3, Memory);
    }

    public async ValueTask DisposeAsync()
    {
        await _three!.DisposeAsync();
        await _one!.DisposeAsync();
        await _objects!.DisposeAsync();
    }
}
