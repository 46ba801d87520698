using DuckDB.NET.Native;
using Taper.Data.Duck;

namespace Taper.Data;

/// <summary>
/// Something that each id of a vocabulary has, to be written beside its value by <see cref="Vocabulary.WriteParquet"/>. It is asked for
/// by many threads at once.
/// </summary>
public sealed class VocabularyColumn
{
    private VocabularyColumn(string name, IRowFunction function)
    {
        ArgumentNullException.ThrowIfNull(name);
        (Name, Function) = (name, function);
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Gives the column's entry for an id.</summary>
    internal IRowFunction Function { get; }

    /// <summary>A whole number for each id: INTEGER.</summary>
    public static VocabularyColumn Of(string name, Func<int, int> numberOf) => new(name, new RowNumbers<int>(DuckDBType.Integer, numberOf));

    /// <summary>A float for each id: FLOAT.</summary>
    public static VocabularyColumn Of(string name, Func<int, float> numberOf) => new(name, new RowNumbers<float>(DuckDBType.Float, numberOf));

    /// <summary>A list of floats for each id: FLOAT[].</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="width">The floats of each list, 1 or more.</param>
    /// <param name="read">Fills the list of an id.</param>
    public static VocabularyColumn Of(string name, int width, Action<int, Span<float>> read)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        return new VocabularyColumn(name, new RowLists(width, read)) { Width = width };
    }

    /// <summary>The numbers of an entry.</summary>
    internal int Width { get; private init; } = 1;
}
