namespace Taper.Studies;

/// <summary>What a run came to: a row of results.csv, whose columns are these properties.</summary>
public sealed record RunResult
{
    /// <summary>Name of the dataset.</summary>
    public required string Dataset { get; init; }

    /// <summary>Name of the network.</summary>
    public required string Network { get; init; }

    /// <summary>Name of the method.</summary>
    public required string Method { get; init; }

    /// <summary>Share of the full table; null: none.</summary>
    public required double? Budget { get; init; }

    /// <summary>Seed of the training.</summary>
    public required long Seed { get; init; }

    /// <summary>Number of the trial, from 0; null for a run that is measured.</summary>
    public required long? Trial { get; init; }

    /// <summary>What the search chose, as <c>key=value</c>; empty without one.</summary>
    public required string Chosen { get; init; }

    /// <summary>Numbers of the exported rows.</summary>
    public required string Precision { get; init; }

    /// <summary>AUC of the validation split: of the bundle, or of a trial's model.</summary>
    public required double ValidationAuc { get; init; }

    /// <summary>Logloss of the validation split.</summary>
    public required double ValidationLogloss { get; init; }

    /// <summary>AUC of the test split, of the bundle; null for a trial.</summary>
    public double? TestAuc { get; init; }

    /// <summary>Logloss of the test split.</summary>
    public double? TestLogloss { get; init; }

    /// <summary>GAUC of the test split, where the config names a group field; of the trained model.</summary>
    public double? TestGauc { get; init; }

    /// <summary>Mean predicted probability over the share of positives, on the test split.</summary>
    public double? TestPredictedOverActual { get; init; }

    /// <summary>Expected calibration error on the test split.</summary>
    public double? TestCalibrationError { get; init; }

    /// <summary>Exported embedding parameters.</summary>
    public required long Parameters { get; init; }

    /// <summary>Parameters of the table that was trained, rows × D.</summary>
    public required long FixedParameters { get; init; }

    /// <summary>Mean kept size of a table row.</summary>
    public required double MeanSize { get; init; }

    /// <summary>Feature values of the dataset, unknown and missing among them.</summary>
    public required long Values { get; init; }

    /// <summary>Bytes of the bundle's files of embeddings and keys; null for a trial.</summary>
    public long? EmbeddingBytes { get; init; }

    /// <summary>Bytes of the whole bundle.</summary>
    public long? BundleBytes { get; init; }

    /// <summary><see cref="EmbeddingBytes"/> over <see cref="Values"/>.</summary>
    public double? BytesPerValue { get; init; }

    /// <summary>Most bytes of table, optimizer state and sizer while training.</summary>
    public required long TrainingBytes { get; init; }

    /// <summary>Peak resident memory of the training process.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>Seconds of training.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training examples a second.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Epochs trained.</summary>
    public required long Epochs { get; init; }

    /// <summary>The epoch that was kept.</summary>
    public required long BestEpoch { get; init; }

    /// <summary>Threads of the training; 0: one a core.</summary>
    public required long Threads { get; init; }

    /// <summary>Hash of what decides the result.</summary>
    public required string Hash { get; init; }

    /// <summary>Version of Taper.</summary>
    public required string Version { get; init; }

    /// <summary>Commit that it was built from; empty where that is not known.</summary>
    public required string Commit { get; init; }

    /// <summary>What the run is called.</summary>
    internal RunName Name => new(Dataset, Network, Method, Budget, Seed, (int?)Trial);
}
