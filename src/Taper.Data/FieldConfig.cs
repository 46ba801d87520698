using Taper.Configuration;
using Taper.Embeddings.Features;

namespace Taper.Data;

/// <summary>One feature field.</summary>
public sealed record FieldConfig
{
    /// <summary>The field's name, unique.</summary>
    [ConfigKey("The field's name.")]
    public required string Name { get; init; }

    /// <summary>How the column becomes what the model reads. Default: categorical.</summary>
    [ConfigKey("categorical, multi_valued, bucketed (a number, cut into logarithmic buckets) or numeric.")]
    public FieldKind Kind { get; init; }

    /// <summary>The column it reads. Default: the field's name.</summary>
    [ConfigKey("The column it reads; the field's name unless given.")]
    public string? Column { get; init; }

    /// <summary>Values seen less often in training count as unknown. Default: 1, which keeps all.</summary>
    [ConfigKey("Values seen less often than this in training count as unknown.", Min = 1)]
    public long MinCount { get; init; } = 1;

    /// <summary>How many values are kept, the most frequent ones; 0, the default, for all.</summary>
    [ConfigKey("How many values are kept, the most frequent ones; 0 for all.", Min = 0, Max = int.MaxValue - 2)]
    public int MaxVocabulary { get; init; }

    /// <summary>The vocabulary's name; fields that name the same one share values and embeddings. Default: the field's name.</summary>
    [ConfigKey("The vocabulary's name; fields that name the same one share it.")]
    public string? Vocabulary { get; init; }

    /// <summary>What stands between the values of a multi-valued field. Default: <c>|</c>.</summary>
    [ConfigKey("What stands between the values of a multi_valued field.")]
    public string Separator { get; init; } = "|";

    /// <summary>How the embeddings of a multi-valued field become one. Default: the mean.</summary>
    [ConfigKey("sum or mean: how the embeddings of a multi_valued field become one.")]
    public Pooling Pooling { get; init; } = Pooling.Mean;

    /// <summary>The column that is read.</summary>
    internal string SourceColumn => Column ?? Name;

    /// <summary>The vocabulary the values belong to.</summary>
    internal string VocabularyName => Vocabulary ?? Name;
}
