using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Taper.Models;
using Taper.Models.Tests;
using Taper.Server;
using Taper.Server.Repository;

namespace Taper.Pages.Tests;

/// <summary>The real server on a port of this machine, over a folder with models of random numbers.</summary>
internal sealed class PageServer : IAsyncDisposable
{
    public const string Model = "random";
    private readonly TemporaryFolder folder = new();
    private readonly WebApplication app;

    private PageServer(string[] settings)
    {
        AddVersion(1);
        app = TaperServer.Create(
            new ServerRequest
            {
                Path = folder.Path,
                Urls = "http://127.0.0.1:0",
                Overrides = ["telemetry.log_level=none", "models.poll_seconds=3600", .. settings],
            },
            _ => { });
    }

    /// <summary>Where the page is.</summary>
    public string Url => app.Urls.First();

    /// <summary>Starts a server whose model "random" has version 1.</summary>
    public static async Task<PageServer> StartAsync(params string[] settings)
    {
        var server = new PageServer(settings);
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Lets the server see what was added.</summary>
    public void Look() => app.Services.GetRequiredService<ModelRepository>().Poll();

    /// <summary>Writes a version whose numbers follow from its number.</summary>
    public void AddVersion(int version, string model = Model)
    {
        using var content = new RandomModel("dnn", version);
        BundleWriter.Write(At(version, model), content.Content, Precision.Fp32);
    }

    /// <summary>Writes a version that cannot be loaded.</summary>
    public void AddBrokenVersion(int version)
    {
        AddVersion(version);
        File.AppendAllText(Path.Combine(At(version, Model), "network.onnx"), "more");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
    }

    private string At(int version, string model) => Path.Combine(folder.Path, model, $"{version}");
}
