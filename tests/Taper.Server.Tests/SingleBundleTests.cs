using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Taper.Embeddings.Storage;
using Taper.Models;
using Taper.Models.Tests;
using Taper.Server.Repository;
using Taper.Server.Scoring;
using Taper.Server.Settings;
using Taper.Server.Telemetry;

namespace Taper.Server.Tests;

/// <summary>A single bundle is a model whose versions are counted as it is written over.</summary>
public sealed class SingleBundleTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ManualClock clock = new();

    private string Bundle => folder.At("bundle");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Written_over_it_is_the_next_version_and_a_broken_one_changes_nothing()
    {
        Write(1);
        using ModelRepository repository = Repository(new ModelSettings { Path = Bundle });
        repository.Poll();
        Assert.Equal([("random", 1L)], Ready(repository));

        Write(2);
        repository.Poll();
        repository.Poll();
        Assert.Equal([("random", 2L)], Ready(repository));

        File.AppendAllText(Path.Combine(Bundle, "network.onnx"), "x");
        repository.Poll();
        Assert.Equal([("random", 2L)], Ready(repository));
        Assert.Equal([(3L, false), (2L, true)], repository.Index().Select(status => (status.Version, status.IsReady)).OrderByDescending(s => s.Version));

        Directory.Delete(Bundle, recursive: true); // as for a moment while it is replaced
        repository.Poll();
        Assert.Equal([("random", 2L)], Ready(repository));

        Write(3);
        repository.Poll();
        Assert.Equal([("random", 4L)], Ready(repository));
    }

    [Fact]
    public void Its_name_can_be_set()
    {
        Write(1);
        using ModelRepository repository = Repository(new ModelSettings { Path = Bundle, Name = "clicks / home" });
        repository.Poll();
        Assert.Equal([("clicks---home", 1L)], Ready(repository));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused() =>
        Assert.Contains("there is no such folder", Assert.Throws<ArtifactException>(() => Repository(new ModelSettings { Path = folder.At("none") })).Message, StringComparison.Ordinal);

    private ModelRepository Repository(ModelSettings settings) =>
        new(settings, new VersionLoader(clock, NoStore(), new DeltaBundles(settings, CancellationToken.None), NullLogger<VersionLoader>.Instance), NullLogger<ModelRepository>.Instance);

    private static RowStore NoStore()
    {
        var metrics = new StoreMetrics(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
        return new RowStore(new StoreSettings(), metrics, TimeProvider.System, NullLogger<RowStore>.Instance);
    }

    private static IEnumerable<(string Model, long Version)> Ready(ModelRepository repository) =>
        repository.Ready.Select(version => (version.Model, version.Version));

    private void Write(int seed)
    {
        using var model = new RandomModel("dnn", seed);
        BundleWriter.Write(Bundle, model.Content, Precision.Fp32);
    }
}
