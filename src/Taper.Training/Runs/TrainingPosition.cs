namespace Taper.Training.Runs;

/// <summary>Where a run stands: with the tensors of a checkpoint, all that decides how it goes on.</summary>
internal sealed record TrainingPosition
{
    /// <summary>Epoch under way, from 0.</summary>
    public int Epoch { get; init; }

    /// <summary>Epoch with which training started anew once its search for sizes was over; 0 where it did not.</summary>
    public int FirstEpoch { get; init; }

    /// <summary>Batches of that epoch already trained on.</summary>
    public int Batch { get; init; }

    /// <summary>Steps since the start of the run.</summary>
    public long Step { get; init; }

    /// <summary>Σ loss over this epoch's batches so far.</summary>
    public double EpochLoss { get; init; }

    /// <summary>Best validation AUC so far within the budget; negative before the first.</summary>
    public double BestAuc { get; init; } = -1;

    /// <summary>Epoch of <see cref="BestAuc"/>.</summary>
    public int BestEpoch { get; init; } = -1;

    /// <summary>Step at which that epoch ended.</summary>
    public long BestStep { get; init; } = -1;

    /// <summary>Epochs since then.</summary>
    public int EpochsWithoutGain { get; init; }

    /// <summary>What learning-rate decay has come to.</summary>
    public double LearningRateFactor { get; init; } = 1;

    /// <summary>Whether the run is over.</summary>
    public bool Finished { get; init; }

    /// <summary>Seconds trained so far, over all resumptions. Told, not used.</summary>
    public double Seconds { get; init; }

    /// <summary>What the run has taken at its most. Told, not used.</summary>
    public TrainingMemory Memory { get; init; } = new(0, 0);

    /// <summary>Best validation AUC of any epoch, within the budget or not.</summary>
    public double SearchAuc { get; init; }

    /// <summary>Whether validation AUC no longer rises at full size, so that sizes can be measured.</summary>
    public bool Settled { get; init; }

    /// <summary>Examples trained on so far.</summary>
    public long Examples { get; init; }

    /// <summary>The position from which training starts anew: what the search took stays counted, its best epoch does not.</summary>
    public TrainingPosition Restarted() => new()
    {
        Epoch = Epoch,
        FirstEpoch = Epoch,
        Step = Step,
        Seconds = Seconds,
        Memory = Memory,
        Examples = Examples,
    };
}
