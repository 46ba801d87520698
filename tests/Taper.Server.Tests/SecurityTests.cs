using System.Net;
using Taper.Server.Security;
using Taper.Server.Settings;

namespace Taper.Server.Tests;

/// <summary>Keys, and where a server may listen without them.</summary>
public sealed class SecurityTests
{
    private const string Infer = "infer-key";
    private const string Manage = "manage-key";

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData("wrong", HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized)]
    [InlineData(Infer, HttpStatusCode.OK, HttpStatusCode.Forbidden)]
    [InlineData(Manage, HttpStatusCode.Forbidden, HttpStatusCode.OK)]
    public async Task A_key_opens_what_it_has_the_right_to(string? key, HttpStatusCode predict, HttpStatusCode load)
    {
        await using TestServer server = await StartWithKeysAsync();
        (string, string)[][] ways = key is null ? [[]] : [[("X-Api-Key", key)], [("Authorization", $"Bearer {key}")], [("authorization", $"bearer {key}")]];
        foreach ((string, string)[] headers in ways)
        {
            Answer predicted = await server.PostAsync("/v1/models/random:predict", """{"instances": [{}]}"""u8.ToArray(), headers);
            Assert.Equal(predict, predicted.Status);
            Answer loaded = await server.PostAsync("/v2/repository/models/random/load", [], headers);
            Assert.Equal(load, loaded.Status);
            Assert.All([predicted, loaded], answer => Assert.True(answer.Status == HttpStatusCode.OK || answer.Error.EndsWith('.') || answer.Error.EndsWith('\'')));
        }
    }

    [Fact]
    public async Task Health_is_open_and_nothing_else_is()
    {
        await using TestServer server = await StartWithKeysAsync();
        (await server.GetAsync("/v2/health/live")).Good();
        (await server.GetAsync("/v2/health/ready")).Good();
        foreach (string path in (string[])["/v2", "/v2/models/random", "/v2/models/random/ready", "/v1/models/random", "/metrics"])
        {
            (await server.GetAsync(path)).Refused(HttpStatusCode.Unauthorized, "A valid API key is needed");
        }
    }

    [Fact]
    public void A_new_key_has_the_hash_that_is_printed()
    {
        using var output = new StringWriter();
        NewKey.Print(output);
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string key = lines[0]["key     ".Length..].Trim(), hash = lines[1]["sha256  ".Length..].Trim();
        Assert.Equal(hash, Hash(key));
        Assert.True(ApiKey.IsHash(hash));
        Assert.NotEqual(key, ApiKey.New());
    }

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://127.0.0.1:0;http://10.1.2.3:0")]
    public async Task Without_keys_nobody_else_is_listened_to(string urls)
    {
        SettingsException refused = await Assert.ThrowsAsync<SettingsException>(() => TestServer.StartAsync($"listen.urls={urls}"));
        Assert.Contains("--new-key", refused.Message, StringComparison.Ordinal);
        await using TestServer allowed = await TestServer.StartAsync($"listen.urls={urls}", "security.allow_anonymous=true");
        await using TestServer keyed = await TestServer.StartAsync($"listen.urls={urls}", $"security.api_keys.0.sha256={Hash("key")}");
    }

    [Fact]
    public async Task Browsers_are_told_to_be_careful_and_other_sites_are_refused()
    {
        await using TestServer server = await TestServer.StartAsync();
        HttpResponseMessage response = (await server.GetAsync("/v2/health/live")).Response;
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        (await server.PostAsync("/v2/repository/models/random/unload", [], ("Sec-Fetch-Site", "cross-site")))
            .Refused(HttpStatusCode.Forbidden, "another site");
    }

    [Theory]
    [InlineData("", "localhost 127.0.0.1:8080 [::1]:8080 LocalHost:1", "evil.example localhost.evil.example 127.0.0.1.evil.example:8080 10.1.2.3 [::2]")]
    [InlineData("listen.urls=http://127.0.0.2:0", "127.0.0.2:80 localhost", "127.0.0.3 evil.example")]
    [InlineData("security.allowed_hosts=scores.example,*.inner.example", "scores.example:80 a.inner.example localhost", "inner.example evil.example")]
    [InlineData("security.allowed_hosts=*", "evil.example", "")]
    [InlineData("listen.urls=http://0.0.0.0:0 security.allow_anonymous=true", "scores.example 10.1.2.3:80", "")]
    [InlineData("listen.urls=http://0.0.0.0:0 security.allow_anonymous=true security.allowed_hosts=scores.example", "scores.example", "evil.example")]
    public async Task A_name_that_only_resolves_to_this_machine_is_refused(string settings, string served, string refused)
    {
        await using TestServer server = await TestServer.StartAsync(Words(settings));
        Assert.All(Words(served), host => Ask(host).Good());
        Assert.All(Words(refused), host => Ask(host).Refused(HttpStatusCode.Forbidden, "security.allowed_hosts"));

        Answer Ask(string host) => server.PostAsync("/v1/models/random:predict", """{"instances": [{}]}"""u8.ToArray(), ("Host", host)).GetAwaiter().GetResult();
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static Task<TestServer> StartWithKeysAsync() => TestServer.StartAsync(
        $"security.api_keys.0.sha256={Hash(Infer)}",
        $"security.api_keys.1.sha256={Hash(Manage)}",
        "security.api_keys.1.rights=manage");

    private static string Hash(string key) => Convert.ToHexStringLower(ApiKey.Hash(key));
}
