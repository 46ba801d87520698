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

    public ClusterTrainings One => _one!.Trainings;

    public ClusterTrainings Three => _three!.Trainings;

    public async ValueTask InitializeAsync()
    {
        _one = await TestCluster.StartAsync(1, Memory);
        _three = await TestCluster.StartAsync(3, Memory);
    }

    public async ValueTask DisposeAsync()
    {
        await _three!.DisposeAsync();
        await _one!.DisposeAsync();
    }
}
