namespace Taper.Studies;

/// <summary>Hears how a study goes on; called from several threads.</summary>
public interface IStudyProgress
{
    /// <summary>A line about the study as a whole.</summary>
    void Message(string text);

    /// <summary>A run begins or goes on.</summary>
    void Started(RunName run);

    /// <summary>What a run says of itself.</summary>
    void Said(RunName run, string line);

    /// <summary>A run is finished.</summary>
    void Finished(RunName run, RunResult result);

    /// <summary>A run failed; the others go on.</summary>
    void Failed(RunFailure failure);
}
