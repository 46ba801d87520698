using System.Globalization;
using System.Text.Json;

namespace Taper.Benchmarks;

/// <summary>What a benchmark measured, by name, in order.</summary>
internal sealed class Figures
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private readonly List<(string Name, double Value, string Meaning)> _figures = [];

    public void Add(string name, double value, string meaning) => _figures.Add((name, value, meaning));

    public string ToJson() => JsonSerializer.Serialize(
        _figures.ToDictionary(figure => figure.Name, figure => double.Round(figure.Value, 5)), Indented);

    public override string ToString() => string.Join(
        '\n', _figures.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Name,-28}{f.Value,14:#,0.####}  {f.Meaning}")));
}
