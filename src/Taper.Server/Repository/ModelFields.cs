using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Text;
using Taper.Embeddings.Features;
using Taper.Server.Settings;

namespace Taper.Server.Repository;

/// <summary>The fields of a model, found by their UTF-8 names without making texts. Immutable.</summary>
internal sealed class ModelFields
{
    private readonly byte[][] names;
    private readonly byte[][] separators;
    private readonly Dictionary<byte[], int> numbers = new(new Utf8Comparer());
    private readonly Dictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> lookup;

    public ModelFields(IReadOnlyList<FeatureField> fields)
    {
        Fields = fields;
        names = [.. fields.Select(field => Encoding.UTF8.GetBytes(field.Name))];
        separators = [.. fields.Select(field => Encoding.UTF8.GetBytes(field.Separator))];
        for (int i = 0; i < names.Length; i++)
        {
            numbers[names[i]] = i;
        }

        lookup = numbers.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>The fields, in the order of their numbers.</summary>
    public IReadOnlyList<FeatureField> Fields { get; }

    /// <summary>How many there are.</summary>
    public int Count => names.Length;

    /// <summary>What stands between the values of a multi-valued field.</summary>
    public ReadOnlySpan<byte> SeparatorOf(int field) => separators[field];

    /// <summary>The number of a field, or -1.</summary>
    /// <param name="name">Its name in UTF-8.</param>
    /// <param name="likely">The number that it is likely to have: requests name fields in the same order again and again.</param>
    public int Find(ReadOnlySpan<byte> name, int likely = 0)
    {
        if ((uint)likely < (uint)names.Length && name.SequenceEqual(names[likely]))
        {
            return likely;
        }

        return lookup.TryGetValue(name, out int field) ? field : -1;
    }

    /// <summary>Names the nearest field to a name that is none.</summary>
    public string Suggestion(string unknown) => NearestName.Suggestion(unknown, [.. Fields.Select(field => field.Name)]);

    private sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] name) => GetHashCode(name.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)XxHash3.HashToUInt64(alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
