namespace Taper.Cluster.Coordination;

/// <summary>What a training is doing.</summary>
internal enum TrainingPhase
{
    /// <summary>Nothing: it was never started here.</summary>
    Unknown,

    /// <summary>Training, or coming back from a loss.</summary>
    Running,

    /// <summary>Done.</summary>
    Finished,

    /// <summary>Stopped with a checkpoint.</summary>
    Stopped,

    /// <summary>Given up.</summary>
    Failed,

    /// <summary>Gone on with elsewhere, by a coordinator that knew nothing of this one.</summary>
    Superseded,
}
