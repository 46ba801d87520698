namespace Taper.Data.Preparing.Parts;

/// <summary>The rows of all parts, for a split by time.</summary>
/// <param name="contents">What each part has read.</param>
/// <param name="readMoments">Asks all parts.</param>
/// <param name="rankOf">Asks all parts.</param>
internal sealed class TimedParts(IReadOnlyList<PartContents> contents, Action<bool> readMoments, Func<double, MomentRank> rankOf) : ITimedRows
{
    public long Count => contents.Sum(part => part.Rows);

    public TimeKinds Kinds => contents.Select(part => part.Times!).Aggregate((sum, next) => sum + next);

    public void ReadMoments(bool areNumbers) => readMoments(areNumbers);

    public MomentRank RankOf(double moment) => rankOf(moment);
}
