using Taper.Models;

namespace Taper.Benchmarks.Serving;

/// <summary>Draws examples whose values follow Zipf's law, as those of users do.</summary>
/// <param name="counts">The values of each field.</param>
internal sealed class RowSource(int[] counts)
{
    private readonly Random _random = new(6);
    private readonly Zipf[] _fields = [.. counts.Select(count => new Zipf(count - BundleVocabulary.Reserved, 1.05))];

    public ServedRow Next() => new(Text(0), Text(1), Text(2), [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => Text(3))]);

    private string Text(int field) => ServedModel.TextOf(field, BundleVocabulary.Reserved + _fields[field].Next(_random));
}
