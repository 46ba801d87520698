using System.Collections.Frozen;
using System.Reflection;

namespace Taper.Server.Page;

/// <summary>A file of the page, from the assembly.</summary>
/// <param name="ContentType">Its media type.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record PageAsset(string ContentType, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The page itself.</summary>
    public const string Start = "index.html";

    private const string Prefix = "page/";

    /// <summary>All of them, by file name.</summary>
    public static FrozenDictionary<string, PageAsset> LoadAll()
    {
        Assembly assembly = typeof(PageAsset).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Load(assembly, name), StringComparer.Ordinal);
    }

    private static PageAsset Load(Assembly assembly, string name)
    {
        using Stream stream = assembly.GetManifestResourceStream(name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new PageAsset(ContentTypeOf(Path.GetExtension(name)), bytes);
    }

    private static string ContentTypeOf(string extension) => extension switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
}
