using System.Net.Http.Headers;
using System.Text;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Taper.Models;
using Taper.Models.Tests;
using Taper.Server.Repository;

namespace Taper.Server.Tests;

/// <summary>A server in this process over a folder with models of random numbers.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    public const string Model = "random";
    private readonly TemporaryFolder folder = new();
    private readonly TemporaryFolder wholes = new();
    private readonly WebApplication app;

    private TestServer(string[] settings, Action<WebApplicationBuilder>? configure, Action<TestServer>? prepare)
    {
        AddVersion(1);
        prepare?.Invoke(this);
        try
        {
            app = Create(settings, configure);
        }
        catch
        {
            folder.Dispose();
            wholes.Dispose();
            throw;
        }
    }

    private WebApplication Create(string[] settings, Action<WebApplicationBuilder>? configure) => TaperServer.Create(
            new ServerRequest { Path = folder.Path, Overrides = ["telemetry.log_level=none", "models.poll_seconds=3600", .. settings] },
            builder =>
            {
                Microsoft.AspNetCore.TestHost.WebHostBuilderExtensions.UseTestServer(builder.WebHost);
                configure?.Invoke(builder);
            });

    public HttpClient Client { get; private set; } = null!;

    /// <summary>What takes requests, for clients of their own.</summary>
    public HttpMessageHandler Handler => app.GetTestServer().CreateHandler();

    public ModelRepository Repository => Service<ModelRepository>();

    /// <summary>Starts a server whose model "random" has version 1.</summary>
    public static Task<TestServer> StartAsync(params string[] settings) => StartAsync(null, settings);

    public static Task<TestServer> StartAsync(Action<WebApplicationBuilder>? configure, params string[] settings) => StartAsync(configure, null, settings);

    /// <summary>The same, with more in the folder before it starts.</summary>
    public static async Task<TestServer> StartAsync(Action<WebApplicationBuilder>? configure, Action<TestServer>? prepare, params string[] settings)
    {
        var server = new TestServer(settings, configure, prepare);
        await server.app.StartAsync(TestContext.Current.CancellationToken);
        server.Client = server.app.GetTestClient();
        return server;
    }

    public T Service<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>The folder of a version.</summary>
    public string At(long version, string model = Model) => Path.Combine(folder.Path, model, $"{version}");

    /// <summary>Writes a version whose numbers follow from its number.</summary>
    public void AddVersion(long version, string model = Model)
    {
        using var content = new RandomModel("dnn", (int)version);
        BundleWriter.Write(At(version, model), content.Content, Precision.Fp32);
    }

    /// <summary>Writes a version as what has changed since another one.</summary>
    public void AddDelta(long version, long since)
    {
        using Bundle basis = Whole(since);
        using Bundle target = Whole(version);
        BundleDelta.Write(At(version), basis, target);
    }

    private Bundle Whole(long version)
    {
        using var content = new RandomModel("dnn", (int)version);
        BundleWriter.Write(wholes.At($"{version}"), content.Content, Precision.Fp32);
        return Bundle.Open(wholes.At($"{version}"));
    }

    /// <summary>Writes a version that cannot be loaded.</summary>
    public void AddBrokenVersion(long version, string model = Model)
    {
        AddVersion(version, model);
        string network = Path.Combine(At(version, model), "network.onnx");
        byte[] bytes = File.ReadAllBytes(network);
        bytes[^1] ^= 1;
        File.WriteAllBytes(network, bytes);
    }

    public async Task<Answer> GetAsync(string path) => await Answer.OfAsync(await Client.GetAsync(path, TestContext.Current.CancellationToken));

    public Task<Answer> PostAsync(string path, string json) => PostAsync(path, Encoding.UTF8.GetBytes(json));

    public async Task<Answer> PostAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        foreach ((string name, string value) in headers)
        {
            _ = request.Headers.TryAddWithoutValidation(name, value) || request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return await Answer.OfAsync(await Client.SendAsync(request, TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        folder.Dispose();
        wholes.Dispose();
    }
}
