namespace Taper.Data.Preparing;

/// <summary>All rows of a split by time, in one place or in several.</summary>
internal interface ITimedRows
{
    /// <summary>The number of rows.</summary>
    long Count { get; }

    /// <summary>What their times are.</summary>
    TimeKinds Kinds { get; }

    /// <summary>Reads the moments of all rows.</summary>
    /// <param name="areNumbers">Whether they are numbers, not dates.</param>
    /// <exception cref="DataException">A row has none.</exception>
    void ReadMoments(bool areNumbers);

    /// <summary>Where a moment stands among them, once they are read.</summary>
    MomentRank RankOf(double moment);
}
