namespace Taper.Data.Duck;

/// <summary>A function that SQL can call: a whole number for every text. Called by many of DuckDB's threads at once.</summary>
internal interface ITextFunction
{
    /// <summary>Fills <paramref name="results"/>, one for each text; NULL is the empty text.</summary>
    void Apply(TextVector texts, Span<int> results);
}
