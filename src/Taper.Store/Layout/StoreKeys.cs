using System.Globalization;

namespace Taper.Store.Layout;

/// <summary>
/// The keys of a name. Those that change together share a hash tag, and so a slot of a cluster; buckets have none and are
/// spread over all slots.
/// </summary>
internal sealed class StoreKeys
{
    private const int MostCharacters = 128;

    /// <exception cref="StoreException">It is no name.</exception>
    public StoreKeys(string name)
    {
        if (name.Length is 0 or > MostCharacters || !name.All(IsNameCharacter))
        {
            throw new StoreException($"'{name}' is no name in the store: use up to {MostCharacters} letters, digits, '.', '_' and '-'.");
        }

        Name = name;
        Current = $"taper:{{{name}}}:current";
        Versions = $"taper:{{{name}}}:versions";
        Lock = $"taper:{{{name}}}:lock";
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>A string: the id of the version that was published last.</summary>
    public string Current { get; }

    /// <summary>A hash: each version's id and what is known of it.</summary>
    public string Versions { get; }

    /// <summary>A string that expires: held by whoever publishes.</summary>
    public string Lock { get; }

    /// <summary>A hash: the rows of a vocabulary that are found by no key.</summary>
    public string Reserved(string version, int vocabulary) =>
        string.Create(CultureInfo.InvariantCulture, $"taper:{Name}:{version}:{vocabulary}");

    /// <summary>A hash: the rows of a bucket.</summary>
    public string Bucket(string version, int vocabulary, long bucket) =>
        string.Create(CultureInfo.InvariantCulture, $"taper:{Name}:{version}:{vocabulary}:{bucket}");

    /// <summary>A model's name with whatever cannot stand in a key replaced.</summary>
    public static string NameOf(string model) =>
        model.Length == 0 ? "model" : string.Concat(model.Take(MostCharacters).Select(c => IsNameCharacter(c) ? c : '-'));

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';
}
