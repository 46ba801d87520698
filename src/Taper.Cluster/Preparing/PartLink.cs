using Taper.Data;
using Taper.Data.Preparing;
using Taper.Data.Preparing.Parts;

namespace Taper.Cluster.Preparing;

/// <summary>A part in another process. Asks again until the work is done: no request outlives a silo that is lost for long.</summary>
/// <param name="part">The part.</param>
/// <param name="stop">Stops waiting.</param>
internal sealed class PartLink(IPartGrain part, CancellationToken stop) : IExamplePart
{
    public PartContents Read() => Do<object?, PartContents>(PartWork.Read, 0, null);

    public void ReadMoments(bool areNumbers) => Do<bool, object?>(PartWork.ReadMoments, 0, areNumbers);

    public MomentRank RankOf(double moment) => Do<double, MomentRank>(PartWork.RankOf, 0, moment);

    public SplitCounts Label(IReadOnlyList<ColumnCounts> columns, TimeCuts? cuts) =>
        Do<LabelRequest, SplitCounts>(PartWork.Label, 0, new LabelRequest(columns, cuts));

    public void Count(int vocabulary) => Do<object?, object?>(PartWork.Count, vocabulary, null);

    public FieldOccurrences[][] Encode(int vocabulary) => Do<object?, FieldOccurrences[][]>(PartWork.Encode, vocabulary, null);

    public RunningMoments Measure(int field, RunningMoments before) => Do<RunningMoments, RunningMoments>(PartWork.Measure, field, before);

    public FieldOccurrences[] EncodeNumbers(int field, Standardization standardization) =>
        Do<Standardization, FieldOccurrences[]>(PartWork.EncodeNumbers, field, standardization);

    public FileEntry Join(ColumnFile column) => Do<ColumnFile, FileEntry>(PartWork.Join, 0, column);

    private TAnswer Do<TArgument, TAnswer>(PartWork work, int subject, TArgument argument)
    {
        PartRequest request = new(work, subject, WireText.Of(argument));
        while (true)
        {
            if (part.Do(request).WaitAsync(stop).GetAwaiter().GetResult() is { } answer)
            {
                return WireText.Read<TAnswer>(answer);
            }
        }
    }
}
