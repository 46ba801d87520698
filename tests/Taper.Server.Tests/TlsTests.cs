using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Taper.Models;
using Taper.Models.Tests;
using Taper.Server.Settings;

namespace Taper.Server.Tests;

/// <summary>TLS by Kestrel's settings, as docs/serve.md writes them.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public TlsTests()
    {
        using var model = new RandomModel("dnn", 1);
        BundleWriter.Write(At("bundle"), model.Content, Precision.Fp32);
    }

    [Fact]
    public async Task A_certificate_in_the_settings_is_served()
    {
        using X509Certificate2 certificate = WriteCertificate("right");
        await using WebApplication app = TaperServer.Create(Request("right"), _ => { });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, served, _, _) => served!.Thumbprint == certificate.Thumbprint };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(Assert.Single(app.Urls)) };
        Assert.Equal("https", client.BaseAddress.Scheme);
        Answer ready = await Answer.OfAsync(await client.GetAsync("/v2/health/ready", TestContext.Current.CancellationToken));
        Assert.True(ready.Good().Json.GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_is_named_as_the_reason()
    {
        WriteCertificate("right").Dispose();
        SettingsException refused = await Assert.ThrowsAsync<SettingsException>(
            () => TaperServer.RunAsync(Request("wrong"), TestContext.Current.CancellationToken));
        Assert.Contains("certificate", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => folder.Dispose();

    private string At(string name) => Path.Combine(folder.Path, name);

    private X509Certificate2 WriteCertificate(string password)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        X509Certificate2 certificate = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllBytes(At("server.pfx"), certificate.Export(X509ContentType.Pfx, password));
        return certificate;
    }

    private ServerRequest Request(string password)
    {
        File.WriteAllText(At("settings.json"), $$"""
            {"Kestrel": {"Endpoints": {"Https": {"Url": "https://127.0.0.1:0", "Certificate":
                {"Path": {{JsonSerializer.Serialize(At("server.pfx"))}}, "Password": "{{password}}"} } } } }
            """);
        return new ServerRequest { Path = At("bundle"), SettingsFile = At("settings.json"), Overrides = ["telemetry.log_level=none"] };
    }
}
