namespace Taper.Training.Runs;

/// <summary>Hears how a run goes on; called on the training thread, so be quick.</summary>
public interface ITrainingProgress
{
    /// <summary>A step is done.</summary>
    void StepDone(TrainingStep state);

    /// <summary>An epoch is done and validated.</summary>
    void EpochDone(EpochResult result);

    /// <summary>Something worth a line: a checkpoint was refused, sizes were frozen, training stopped early.</summary>
    void Message(string text);
}
