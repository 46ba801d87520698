using System.Xml.Linq;

namespace Taper.Conventions.Tests;

/// <summary>Who may use whom. An arrow that is missing here is added on purpose or not at all.</summary>
public sealed class ReferenceArrowTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Taper.Client"] = [],
        ["Taper.Configuration"] = [],
        ["Taper.Embeddings"] = [],
        ["Taper.Data"] = ["Taper.Configuration", "Taper.Embeddings"],
        ["Taper.Models"] = ["Taper.Embeddings"],
        ["Taper.Training"] = ["Taper.Configuration", "Taper.Data", "Taper.Embeddings", "Taper.Models"],
        ["Taper.Studies"] = ["Taper.Configuration", "Taper.Data", "Taper.Embeddings", "Taper.Models", "Taper.Training"],
        ["Taper.Store"] = ["Taper.Embeddings", "Taper.Models"],
        ["Taper.Server"] = ["Taper.Embeddings", "Taper.Models", "Taper.Store"],
        ["Taper.Cluster"] = ["Taper.Configuration", "Taper.Data", "Taper.Embeddings", "Taper.Training"],
        ["Taper.Cli"] = ["Taper.Cluster", "Taper.Configuration", "Taper.Data", "Taper.Embeddings", "Taper.Models", "Taper.Server", "Taper.Store", "Taper.Studies", "Taper.Training"],
    };

    /// <summary>What stays out of a process that only serves: libtorch, the database, YAML.</summary>
    private static readonly string[] NotForServing = ["TorchSharp", "libtorch", "DuckDB", "YamlDotNet"];

    [Fact]
    public void Every_project_has_its_arrows_here() => Assert.Equal(Allowed.Keys.Order(), Checkout.Projects.Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Assemblies_use_only_what_they_may(string project)
    {
        var used = Checkout.Load(project).GetReferencedAssemblies().Select(a => a.Name!).Where(n => n.StartsWith("Taper.", StringComparison.Ordinal));
        Assert.Empty(used.Except(Allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Projects_name_only_what_they_may(string project) =>
        Assert.Empty(References(project, "ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Replace('\\', '/'))).Except(Allowed[project]));

    [Theory]
    [InlineData("Taper.Server")]
    [InlineData("Taper.Store")]
    [InlineData("Taper.Models")]
    [InlineData("Taper.Embeddings")]
    public void Serving_needs_neither_libtorch_nor_DuckDB_nor_YAML(string project)
    {
        string[] packages = [.. Allowed[project].Append(project).SelectMany(p => References(p, "PackageReference"))];
        Assert.NotEmpty(packages);
        Assert.DoesNotContain(packages, p => NotForServing.Any(n => p.StartsWith(n, StringComparison.OrdinalIgnoreCase)));
    }

    public static TheoryData<string> Projects() => [.. Checkout.Projects];

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Checkout.ProjectFile(project)).Descendants(kind).Select(e => e.Attribute("Include")!.Value);
}
