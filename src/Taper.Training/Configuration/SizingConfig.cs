using Taper.Configuration;

namespace Taper.Training;

/// <summary>The <c>sizing:</c> section: how many dimensions each feature value keeps, and who decides it.</summary>
public sealed record SizingConfig
{
    /// <summary>The sizing method.</summary>
    [ConfigKey("who decides the embedding sizes; docs/sizing-methods.md lists the methods")]
    public string Method { get; init; } = "amtl";

    /// <summary>D, the full embedding size.</summary>
    [ConfigKey("full embedding size D", Min = 1, Max = 255)]
    public int EmbeddingDim { get; init; } = 16;

    /// <summary>
    /// Share of the fixed-size table (rows × D parameters) that the exported embedding may take;
    /// null lets the loss alone decide, as in the paper.
    /// </summary>
    [ConfigKey("share of the fixed-size table that the exported parameters may take; null: no budget", Min = 0.001, Max = 1)]
    public double? Budget { get; init; }

    /// <summary>Number of epochs over which the budget tightens from the full table to <see cref="Budget"/>.</summary>
    [ConfigKey("epochs over which the budget tightens from 1 to its value", Min = 0, Max = 1000)]
    public double BudgetWarmup { get; init; }

    /// <summary>Hard sizes forward and soft gradients backward (the paper); false is the ablation without it.</summary>
    [ConfigKey("straight-through estimator; false masks softly while sizes are learned")]
    public bool StraightThrough { get; init; } = true;

    /// <summary>Widths of the hidden layers of each AML.</summary>
    [ConfigKey("widths of the hidden layers of each AML", Min = 1, Max = 65536)]
    public IReadOnlyList<int> HiddenUnits { get; init; } = [32];

    /// <summary>Softmax temperature τ at the first step.</summary>
    [ConfigKey("softmax temperature at the first step", Min = 0.001, Max = 100)]
    public double Temperature { get; init; } = 0.1;

    /// <summary>Softmax temperature τ when the sizes are frozen; it is annealed geometrically. Null keeps it constant.</summary>
    [ConfigKey("softmax temperature when sizes freeze; null: constant", Min = 0.001, Max = 100)]
    public double? FinalTemperature { get; init; }

    /// <summary>Whether a feature value may keep nothing and share its vocabulary's default row.</summary>
    [ConfigKey("let a feature value keep no dimension and share its vocabulary's default row")]
    public bool SizeZero { get; init; }

    /// <summary>
    /// Epochs (fractions allowed) after which the sizes are frozen and training goes on with them; null never freezes, but
    /// for <c>taper</c>, which then does from its best epoch, once <c>training.patience</c> epochs gained no validation AUC or half of the epochs are over.
    /// </summary>
    [ConfigKey("epochs after which sizes are frozen and fine-tuned, fractions allowed; null: never, but for taper from its best epoch, once validation AUC no longer rises", Min = 0, Max = 100000)]
    public double? FreezeEpoch { get; init; } = 2;

    /// <summary>What the sizers start from.</summary>
    [ConfigKey("what sizes start from: frequency_ramp (wide for frequent values) or random (the paper)")]
    public string Start { get; init; } = "frequency_ramp";

    /// <summary>Keys of <c>taper</c>.</summary>
    [ConfigKey("keys of taper")]
    public TaperConfig Taper { get; init; } = new();

    /// <summary>Keys of <c>frequency_rule</c>.</summary>
    [ConfigKey("keys of frequency_rule")]
    public FrequencyRuleConfig FrequencyRule { get; init; } = new();

    /// <summary>Keys of <c>deeprec</c>.</summary>
    [ConfigKey("keys of deeprec")]
    public DeeprecConfig Deeprec { get; init; } = new();

    /// <summary>Keys of <c>mde</c>.</summary>
    [ConfigKey("keys of mde")]
    public MdeConfig Mde { get; init; } = new();

    /// <summary>Keys of <c>hashing</c>.</summary>
    [ConfigKey("keys of hashing")]
    public HashingConfig Hashing { get; init; } = new();

    /// <summary>Keys of <c>quotient_remainder</c>.</summary>
    [ConfigKey("keys of quotient_remainder")]
    public QuotientRemainderConfig QuotientRemainder { get; init; } = new();

    /// <summary>Keys of <c>cafe</c>.</summary>
    [ConfigKey("keys of cafe")]
    public CafeConfig Cafe { get; init; } = new();

    /// <summary>Keys of <c>optembed</c>.</summary>
    [ConfigKey("keys of optembed")]
    public OptembedConfig Optembed { get; init; } = new();

    /// <summary>Keys of <c>autodim</c>.</summary>
    [ConfigKey("keys of autodim")]
    public AutodimConfig Autodim { get; init; } = new();

    /// <summary>Keys of <c>autoemb</c>.</summary>
    [ConfigKey("keys of autoemb")]
    public AutoembConfig Autoemb { get; init; } = new();

    /// <summary>Keys of <c>magnitude</c>.</summary>
    [ConfigKey("keys of magnitude")]
    public MagnitudeConfig Magnitude { get; init; } = new();

    /// <summary>Keys of <c>deeplight</c>.</summary>
    [ConfigKey("keys of deeplight")]
    public DeepLightConfig Deeplight { get; init; } = new();

    /// <summary>Keys of <c>pep</c>.</summary>
    [ConfigKey("keys of pep")]
    public PepConfig Pep { get; init; } = new();

    /// <summary>Keys of <c>autosrh</c>.</summary>
    [ConfigKey("keys of autosrh")]
    public AutoSrhConfig Autosrh { get; init; } = new();
}
