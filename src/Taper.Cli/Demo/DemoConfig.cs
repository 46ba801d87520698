using Taper.Cli.Terminal;
using Taper.Configuration;

namespace Taper.Cli.Demo;

/// <summary>The demo's configs, which are built in, over the data that lies beside the program.</summary>
internal static class DemoConfig
{
    private const string DataVariable = "TAPER_DEMO_DATA";

    /// <summary>Reads one of them.</summary>
    /// <param name="name"><c>data</c>, <c>fixed</c> or <c>amtl</c>.</param>
    public static ConfigDocument Load(string name)
    {
        string resource = $"Taper.Demo.{name}.yaml";
        using Stream stream = typeof(DemoConfig).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} is not built in.");
        using var reader = new StreamReader(stream);
        Dictionary<string, string> variables = new(Configs.Variables());
        variables.TryAdd(DataVariable, Path.Combine(AppContext.BaseDirectory, "data", "movielens-latest-small"));
        return ConfigDocument.Parse(reader.ReadToEnd(), $"demo {name}.yaml", [], variables);
    }
}
