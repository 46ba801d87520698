using Taper.Embeddings;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// Decides how many leading dimensions each feature value keeps. Sizes are held by frequency group; while they are
/// learned, <see cref="Mask"/> also gives a mask through which the loss reaches the sizer's parameters.
/// </summary>
/// <remarks>Not safe to share between threads.</remarks>
public abstract class Sizer : IDisposable
{
    private static readonly Dictionary<string, Func<SizingConfig, FrequencyGroups, Sizer>> Methods = new()
    {
        ["fixed"] = (config, groups) => new FixedSizer(groups, config.EmbeddingDim),
        ["amtl"] = (config, groups) => new TwinMaskSizer(groups, config),
        ["single_aml"] = (config, groups) => new SingleMaskSizer(groups, config),
        ["frequency_rule"] = (config, groups) => new FrequencyRuleSizer(groups, config),
        ["deeprec"] = (config, groups) => new DeeprecSizer(groups, config),
        ["mde"] = (config, groups) => new MixedDimensionSizer(groups, config),
        ["hashing"] = (config, groups) => new HashingSizer(groups, config),
        ["quotient_remainder"] = (config, groups) => new QuotientRemainderSizer(groups, config),
        ["cafe"] = (config, groups) => new CafeSizer(groups, config),
        ["svd"] = (config, groups) => new SvdSizer(groups, config),
        ["optembed"] = (config, groups) => new OptembedSizer(groups, config),
        ["autodim"] = (config, groups) => new AutodimSizer(groups, config),
        ["autoemb"] = (config, groups) => new AutoembSizer(groups, config),
    };

    private protected Sizer(FrequencyGroups groups, int dimension)
    {
        ArgumentNullException.ThrowIfNull(groups);
        Groups = groups;
        Dimension = dimension;
        SizeOfGroup = new byte[groups.Count];
        Array.Fill(SizeOfGroup, (byte)dimension);
    }

    /// <summary>Names that <c>sizing.method</c> accepts.</summary>
    public static IReadOnlyCollection<string> Names => Methods.Keys;

    /// <summary>The groups whose sizes this decides.</summary>
    public FrequencyGroups Groups { get; }

    /// <summary>Full embedding size, D.</summary>
    public int Dimension { get; }

    /// <summary>Kept size of each group, 0 to D; what export and evaluation use.</summary>
    public ReadOnlySpan<byte> Sizes => SizeOfGroup;

    /// <summary>Whether sizes are still being learned.</summary>
    public abstract bool IsLearning { get; }

    /// <summary>Whether some value may keep nothing and use its vocabulary's default row.</summary>
    public virtual bool HasSizeZero => false;

    /// <summary>Whether the forward pass multiplies by the soft mask instead of keeping a hard prefix.</summary>
    public virtual bool IsSoft => false;

    /// <summary>
    /// Whether all values of a vocabulary have one size, and a matrix that the network learns projects them from it to D.
    /// </summary>
    public virtual bool IsProjected => false;

    /// <summary>
    /// Whether training only searches for sizes until they are frozen, and then starts anew with them: table, network and
    /// optimizers from the seed's first values, for <c>training.epochs</c> epochs.
    /// </summary>
    public virtual bool RestartsTraining => false;

    /// <summary>
    /// Whether the sizer learns from batches of the validation split, one after each training step, and not from training.
    /// </summary>
    public virtual bool LearnsFromHeldOut => false;

    /// <summary>Learning rate of the sizer where the config names none; null: that of the network.</summary>
    internal virtual double? DefaultLearningRate => null;

    /// <summary>Whether values that keep nothing are looked up as their vocabulary's default row; else they are zeros.</summary>
    internal virtual bool ReadsDefaultRows => HasSizeZero;

    /// <summary>Whether the optimizer writes rows whole, also where a prefix is kept.</summary>
    internal virtual bool UpdatesWholeRows => IsSoft;

    /// <summary>What the sizer learns; empty where it learns nothing.</summary>
    public virtual nn.Module? Learned => null;

    /// <summary>The stored rows that values share; null where each has a row of its own.</summary>
    internal virtual RowSharing? Sharing => null;

    /// <summary>Σ over table rows of the kept size.</summary>
    public long Parameters
    {
        get
        {
            if (Sharing is not null)
            {
                return (long)Sharing.StoredRows * Dimension;
            }

            long total = 0;
            for (int g = 0; g < SizeOfGroup.Length; g++)
            {
                total += (long)Groups.Rows[g] * SizeOfGroup[g];
            }

            return total;
        }
    }

    private protected byte[] SizeOfGroup { get; }

    /// <summary>The size that all values of a vocabulary have where it <see cref="IsProjected"/>.</summary>
    internal int SizeOf(int vocabulary) => SizeOfGroup[Groups.Vocabularies.IndexOf(vocabulary)];

    /// <summary>Creates the sizer that a config names.</summary>
    public static Sizer Create(SizingConfig config, FrequencyGroups groups)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Methods[config.Method](config, groups);
    }

    /// <summary>
    /// The masks of one training step, [groups × D], with one more column where <see cref="HasSizeZero"/>: the share
    /// of the default row. Also renews <see cref="Sizes"/>. Null when nothing is learned.
    /// </summary>
    /// <param name="progress">Epochs done so far, with the fraction of the current one.</param>
    public abstract Tensor? Mask(double progress);

    /// <summary>Gives the sizer the table whose rows it decides on, for as long as it learns.</summary>
    internal virtual void Attach(EmbeddingTable table)
    {
    }

    /// <summary>
    /// What the sizer learns from the gradients of a training step, summed over whole rows while it learns; it may change
    /// them. Called before anything is updated.
    /// </summary>
    internal virtual void LearnFrom(IReadOnlyList<RowGradients> gradients)
    {
    }

    /// <summary>Ends the learning with a search over sizes. Called before <see cref="Freeze"/>.</summary>
    /// <param name="validationAuc">Measures the model with the sizes that are set.</param>
    internal virtual void Search(Func<double> validationAuc)
    {
    }

    /// <summary>
    /// The matrix [D × size] with which a vocabulary's projection begins where training went on without it until sizes were
    /// frozen; null where it has none.
    /// </summary>
    internal virtual float[]? ProjectionOf(int vocabulary) => null;

    /// <summary>Keeps the sizes as they are from here on.</summary>
    public virtual void Freeze()
    {
    }

    /// <summary>State beside <see cref="Learned"/>'s parameters that a checkpoint has to hold.</summary>
    internal virtual SizerState State
    {
        get => new([.. SizeOfGroup], IsFrozen: !IsLearning);
        set => value.Sizes.CopyTo(SizeOfGroup, 0);
    }

    /// <summary>Goes on with what another sizer of the same method and groups has decided.</summary>
    internal virtual void TakeOver(Sizer decided) => State = decided.State;

    /// <inheritdoc/>
    public void Dispose()
    {
        Learned?.Dispose();
        DisposeOwned();
        GC.SuppressFinalize(this);
    }

    private protected virtual void DisposeOwned()
    {
    }
}
