namespace Taper.Data.Preparing;

/// <summary>A relation that yields examples, with the order that makes its rows the same every time.</summary>
/// <param name="Sql">A SELECT whose columns are all text.</param>
/// <param name="Columns">The names of its columns.</param>
/// <param name="Order">What to sort by; empty when the rows already come in order.</param>
/// <param name="Title">What the rows are called in messages.</param>
internal sealed record ExampleQuery(string Sql, IReadOnlyList<string> Columns, string Order, string Title);
