using Taper.Configuration;
using Taper.Data;

namespace Taper.Training;

/// <summary>The <c>training:</c> section: how the model is fitted.</summary>
public sealed record TrainingConfig
{
    /// <summary>Most epochs.</summary>
    [ConfigKey("most passes over the training split", Min = 1, Max = 100000)]
    public int Epochs { get; init; } = 10;

    /// <summary>Examples a step.</summary>
    [ConfigKey("examples a step", Min = 1, Max = 1048576)]
    public int BatchSize { get; init; } = 1024;

    /// <summary>Examples that are shuffled among each other; a larger training split is shuffled in blocks.</summary>
    [ConfigKey("examples shuffled among each other; a larger training split is shuffled in blocks", Min = 128, Max = 2147483647)]
    public int ShuffleWindow { get; init; } = ExampleOrder.DefaultWindow;

    /// <summary>Seed of initial values, example order and dropout.</summary>
    [ConfigKey("seed of initial values, example order and dropout")]
    public long Seed { get; init; } = 1;

    /// <summary>Learning rate of the network (Adam).</summary>
    [ConfigKey("learning rate of the network (Adam)", Min = 0, Max = 10)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Learning rate of the embeddings; null: as <see cref="LearningRate"/>.</summary>
    [ConfigKey("learning rate of the embeddings; null: as learning_rate", Min = 0, Max = 100)]
    public double? EmbeddingLearningRate { get; init; }

    /// <summary>Learning rate of the sizer; null: as <see cref="LearningRate"/>, or 3e-4 for optembed and 1e-3 for autosrh.</summary>
    [ConfigKey("learning rate of the sizer (Adam); null: as learning_rate, or 3e-4 for optembed and 1e-3 for autosrh", Min = 0, Max = 10)]
    public double? SizerLearningRate { get; init; }

    /// <summary>Optimizer of the embedding rows.</summary>
    [ConfigKey("optimizer of the embeddings: sgd, adagrad, rowwise_adagrad, lazy_adam, or adam (every row each step)")]
    public string EmbeddingOptimizer { get; init; } = "lazy_adam";

    /// <summary>Standard deviation of the normal distribution embeddings start from.</summary>
    [ConfigKey("standard deviation of the embeddings' first values", Min = 0, Max = 10)]
    public double EmbeddingDeviation { get; init; } = 0.01;

    /// <summary>λ of the L2 penalty ½ λ ‖E‖² on embeddings, added to the mean loss (FuxiCTR's meaning).</summary>
    [ConfigKey("L2 penalty on the embeddings: half of it times their squared norm joins the mean loss", Min = 0, Max = 100)]
    public double EmbeddingRegularizer { get; init; }

    /// <summary>λ of the same penalty on the network's weights.</summary>
    [ConfigKey("L2 penalty on the network's weights", Min = 0, Max = 100)]
    public double WeightDecay { get; init; }

    /// <summary>Largest norm of the network's gradient; 0 does not clip.</summary>
    [ConfigKey("largest norm of the network's gradient; 0: no clipping", Min = 0, Max = 1e9)]
    public double GradientClip { get; init; }

    /// <summary>Epochs without a better validation AUC after which training stops; 0 never stops early.</summary>
    [ConfigKey("epochs without a better validation AUC before training stops, from the freezing of sizes on; 0: never", Min = 0, Max = 100000)]
    public int Patience { get; init; } = 2;

    /// <summary>Factor on all learning rates after an epoch without a better validation AUC; 1 leaves them.</summary>
    [ConfigKey("factor on learning rates after an epoch without a better validation AUC, from the freezing of sizes on; 1: none", Min = 0.001, Max = 1)]
    public double LearningRateDecay { get; init; } = 1;

    /// <summary>Epochs at the start in which embeddings stay as they are; for a model that starts from a trained one.</summary>
    [ConfigKey("epochs at the start in which embeddings stay as they are", Min = 0, Max = 100000)]
    public int FreezeEmbeddings { get; init; }

    /// <summary>
    /// Epochs at the start in which the network's weights stay as they are, and so do the statistics of batch normalisation; there is
    /// no dropout in them. For a model that starts from a trained one.
    /// </summary>
    [ConfigKey("epochs at the start in which the network's weights stay as they are", Min = 0, Max = 100000)]
    public int FreezeNetwork { get; init; }

    /// <summary>
    /// Whether a model that starts from a run goes on with the state of its optimizers; null: yes, but where sizes are measured at once,
    /// after which optimizers start anew in any case.
    /// </summary>
    [ConfigKey("whether a model that starts from a run goes on with its optimizers' state; null: yes")]
    public bool? KeepOptimizerState { get; init; }

    /// <summary>Feature field that groups examples for GAUC; empty: no GAUC.</summary>
    [ConfigKey("feature field whose values group the examples for GAUC; empty: none")]
    public string GroupField { get; init; } = "";

    /// <summary>Steps between checkpoints within an epoch; 0: at the end of each epoch only.</summary>
    [ConfigKey("steps between checkpoints; 0: at the end of each epoch only", Min = 0, Max = 1e9)]
    public int CheckpointEvery { get; init; }

    /// <summary>Threads of the dense network; 0: as many as the machine has cores.</summary>
    [ConfigKey("threads; 0: one a core", Min = 0, Max = 1024)]
    public int Threads { get; init; }

    /// <summary>Where the dense network runs.</summary>
    [ConfigKey("device of the dense network: cpu or cuda")]
    public string Device { get; init; } = "cpu";
}
