using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Taper.Server.Settings;

namespace Taper.Server.Tests;

/// <summary>docs/serve.md lists every setting of the code, with its default and its range.</summary>
public sealed class DocumentationTests
{
    private const string Accept = "TAPER_ACCEPT_API";
    private const string Start = "<!-- settings: made from the code -->\n";
    private const string End = "<!-- end of settings -->";

    [Fact]
    public void The_page_lists_every_setting()
    {
        string file = Path.Combine(Root(), "docs", "serve.md");
        string page = File.ReadAllText(file);
        int start = page.IndexOf(Start, StringComparison.Ordinal) + Start.Length, end = page.IndexOf(End, StringComparison.Ordinal);
        string current = page[..start] + Table() + page[end..];
        if (Environment.GetEnvironmentVariable(Accept) == "1")
        {
            File.WriteAllText(file, current);
            return;
        }

        Assert.True(page == current, $"docs/serve.md is out of date: {Accept}=1 dotnet test, and commit it.");
    }

    [Fact]
    public void Every_setting_is_documented() =>
        Assert.All(Settings(typeof(ServerSettings), ""), setting => Assert.False(string.IsNullOrEmpty(setting.Meaning?.Description), setting.Path));

    [Fact]
    public async Task The_OpenAPI_document_has_every_route()
    {
        await using TestServer server = await TestServer.StartAsync();
        JsonElement paths = (await server.GetAsync("/openapi/v1.json")).Good().Json.GetProperty("paths");
        IEnumerable<string> documented = paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name} {path.Name}"));
        IEnumerable<string> mapped =
            from endpoint in server.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []
            let route = "/" + endpoint.RoutePattern.RawText!.Trim('/')
            where route.StartsWith("/v", StringComparison.Ordinal)
            select $"{method.ToLowerInvariant()} {route}";
        Assert.Equal(mapped.Order(), documented.Order());
    }

    private static string Table()
    {
        StringBuilder table = new("| setting | default | range | meaning |\n|---|---|---|---|\n");
        foreach ((string path, object? value, SettingAttribute? meaning) in Settings(typeof(ServerSettings), ""))
        {
            table.Append(CultureInfo.InvariantCulture, $"| `{path}` | {Written(value)} | {meaning?.Range} | {meaning?.Description} |\n");
        }

        return table.ToString();
    }

    private static IEnumerable<(string Path, object? Default, SettingAttribute? Meaning)> Settings(Type type, string prefix)
    {
        object defaults = Activator.CreateInstance(type)!;
        foreach (PropertyInfo property in SettingsBinder.SettingsOf(type))
        {
            string path = prefix + SettingName.Of(property.Name);
            Type? element = SettingsBinder.ElementOf(property.PropertyType);
            if (property.GetCustomAttribute<SettingAttribute>() is not null || !SettingsBinder.IsRecord(property.PropertyType))
            {
                yield return (path, property.GetValue(defaults), property.GetCustomAttribute<SettingAttribute>());
            }

            Type inner = element ?? property.PropertyType;
            if (SettingsBinder.IsRecord(inner))
            {
                foreach (var nested in Settings(inner, element is null ? $"{path}." : $"{path}.N."))
                {
                    yield return nested;
                }
            }
        }
    }

    private static string Written(object? value) => value switch
    {
        null or "" => "",
        string text => $"`{text}`",
        bool flag => flag ? "`true`" : "`false`",
        Enum choice => $"`{SettingName.Of(choice.ToString())}`",
        IEnumerable list => string.Join(", ", list.Cast<object>().Select(Written)),
        _ => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
    };

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Taper.slnx")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
