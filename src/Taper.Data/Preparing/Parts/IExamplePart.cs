namespace Taper.Data.Preparing.Parts;

/// <summary>
/// A part of the examples on its way into a dataset: here, or in another process. Asked in the order of the members, of all parts
/// alike; <see cref="Count"/> to <see cref="Encode"/> for several vocabularies at once. Everything waits until it is done.
/// </summary>
internal interface IExamplePart
{
    /// <summary>Reads the part's files.</summary>
    PartContents Read();

    /// <summary>Reads the moments of all rows, for a split by time.</summary>
    /// <param name="areNumbers">Whether they are numbers, not dates.</param>
    void ReadMoments(bool areNumbers);

    /// <summary>Where a moment stands among those of the rows.</summary>
    MomentRank RankOf(double moment);

    /// <summary>Tells split and label of every row, and writes the labels.</summary>
    /// <param name="columns">What the columns that the label uses hold in all parts.</param>
    /// <param name="cuts">Where a split by time cuts; null for other splits.</param>
    SplitCounts Label(IReadOnlyList<ColumnCounts> columns, TimeCuts? cuts);

    /// <summary>Counts a vocabulary's values in training and adds them to the shards.</summary>
    void Count(int vocabulary);

    /// <summary>Writes the ids of a vocabulary's fields, once the shards have numbered its values.</summary>
    /// <returns>What each of its fields holds, by split.</returns>
    FieldOccurrences[][] Encode(int vocabulary);

    /// <summary>Measures a numeric field.</summary>
    /// <param name="field">Its number.</param>
    /// <param name="before">What the parts before come to.</param>
    RunningMoments Measure(int field, RunningMoments before);

    /// <summary>Writes a numeric field.</summary>
    /// <param name="field">Its number.</param>
    /// <param name="standardization">What its numbers are standardised with.</param>
    /// <returns>What it holds, by split.</returns>
    FieldOccurrences[] EncodeNumbers(int field, Standardization standardization);

    /// <summary>Joins what all parts have written of a column into the dataset's file, and removes it; any part can.</summary>
    FileEntry Join(ColumnFile column);
}
