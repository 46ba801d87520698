using Taper.Training.Runs;

namespace Taper.Studies.Replays;

/// <summary>Hears how a replay goes on.</summary>
public interface IReplayProgress
{
    /// <summary>Something begins, or is worth a line.</summary>
    void Message(string text);

    /// <summary>Hears the training that is under way.</summary>
    ITrainingProgress Training { get; }

    /// <summary>A period is done.</summary>
    void PeriodDone(ReplayedPeriod period);
}
