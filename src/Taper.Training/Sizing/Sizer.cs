using Taper.Data;
using Taper.Embeddings;
using Taper.Embeddings.Optimizers;
using Taper.Training.Runs;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// Decides how many leading dimensions each feature value keeps, or which elements (<see cref="Elements"/>). Sizes are held by
/// frequency group; while they are learned, <see cref="Mask"/> also gives a mask through which the loss reaches the sizer's
/// parameters.
/// </summary>
/// <remarks>Not safe to share between threads.</remarks>
public abstract class Sizer : IDisposable
{
    private static readonly Dictionary<string, Func<SizingConfig, FrequencyGroups, Sizer>> Methods = new()
    {
        ["fixed"] = (config, groups) => new FixedSizer(groups, config.EmbeddingDim),
        ["amtl"] = (config, groups) => new TwinMaskSizer(groups, config),
        ["single_aml"] = (config, groups) => new SingleMaskSizer(groups, config),
        ["taper"] = (config, groups) => config.Taper.Keep is KeptPart.Elements ? new MeasuredElementSizer(groups, config) : new MeasuredSizer(groups, config),
        ["magnitude"] = (config, groups) => new MagnitudeSizer(groups, config),
        ["deeplight"] = (config, groups) => new DeepLightSizer(groups, config),
        ["pep"] = (config, groups) => new PepSizer(groups, config),
        ["sseds"] = (config, groups) => new SsedsSizer(groups, config),
        ["autosrh"] = (config, groups) => new AutoSrhSizer(groups, config),
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

    /// <summary>Kept size of each group, 0 to D; what export and evaluation use. D where single elements are kept.</summary>
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
    /// Whether sizes freeze once validation AUC no longer rises, as they are at the best epoch, where <c>sizing.freeze_epoch</c>
    /// names no epoch.
    /// </summary>
    public virtual bool FreezesWhenSettled => false;

    /// <summary>Whether <see cref="Decide"/> leaves rows and network in other coordinates than their optimizers know.</summary>
    internal virtual bool ChangesCoordinates => false;

    /// <summary>Whether a search goes by the steps of the rows' optimizer, which has to be at its first one then.</summary>
    internal virtual bool CountsSteps => false;

    /// <summary>Weight of the predictions of the model as it was before sizes were frozen, beside the labels, from then on.</summary>
    internal virtual double Distillation => 0;

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

    /// <summary>The number of exported elements of all table rows.</summary>
    public long Parameters
    {
        get
        {
            if (Sharing is not null)
            {
                return (long)Sharing.StoredRows * Dimension;
            }

            if (Elements is not null)
            {
                return Elements.Count;
            }

            long total = 0;
            for (int g = 0; g < SizeOfGroup.Length; g++)
            {
                total += (long)Groups.Rows[g] * SizeOfGroup[g];
            }

            return total;
        }
    }

    /// <summary>The kept elements of each table row, where a method keeps others than a prefix; else null.</summary>
    internal virtual ElementMask? Elements => null;

    /// <summary>The kept size of a table row.</summary>
    internal int SizeOf(int row) => Elements?.SizeOf(row) ?? SizeOfGroup[Groups.GroupOf(row)];

    /// <summary>What is looked up in place of the table's rows while sizes are learned; null: the rows.</summary>
    internal virtual IRowView? View => null;

    /// <summary>λ of an L2 penalty on what is <see cref="Learned"/>.</summary>
    internal virtual double LearnedDecay => 0;

    private protected byte[] SizeOfGroup { get; }

    /// <summary>Whether the sizes of a method that learns them stay as they are.</summary>
    private protected bool IsFrozen { get; set; }

    /// <summary>The size that all values of a vocabulary have where it <see cref="IsProjected"/>.</summary>
    internal int SizeOfVocabulary(int vocabulary) => SizeOfGroup[Groups.Vocabularies.IndexOf(vocabulary)];

    /// <summary>Creates the sizer that a config names.</summary>
    public static Sizer Create(SizingConfig config, FrequencyGroups groups)
    {
        ArgumentNullException.ThrowIfNull(config);
        return Methods[config.Method](config, groups);
    }

    /// <summary>Whether a method gives every value a size of its own, whatever its count.</summary>
    internal static bool SizesEachValue(string method) => method is "taper" or "optembed";

    /// <summary>The groups of values that a method gives a common size.</summary>
    internal static FrequencyGroups GroupsOf(string method, Dataset dataset) =>
        SizesEachValue(method) ? FrequencyGroups.OfEachValue(dataset.Vocabularies.Select(v => v.ReadCounts())) : FrequencyGroups.Of(dataset);

    /// <summary>
    /// The masks of one training step, [groups × D], with one more column where <see cref="HasSizeZero"/>: the share
    /// of the default row. Also renews <see cref="Sizes"/>. Null when nothing is learned.
    /// </summary>
    /// <param name="progress">Epochs done so far, with the fraction of the current one.</param>
    public abstract Tensor? Mask(double progress);

    /// <summary>Refuses a config that the method cannot work with, before anything is trained.</summary>
    /// <exception cref="Configuration.ConfigException">A key of the config has another value than the method needs.</exception>
    internal virtual void Check(RunConfig config)
    {
    }

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

    /// <summary>Takes a step with what is <see cref="Learned"/>, once its gradients are there.</summary>
    /// <param name="optimizer">Its optimizer; a method with a rule of its own takes the learning rate from it.</param>
    internal virtual void Update(Adam optimizer) => optimizer.Step();

    /// <summary>What a method does to the rows between steps while it learns.</summary>
    /// <param name="table">The rows, updated by the step that was taken.</param>
    /// <param name="optimizer">The rows' optimizer; its steps count those of the search.</param>
    /// <param name="progress">As for <see cref="Mask"/>.</param>
    internal virtual void AfterStep(EmbeddingTable table, SparseOptimizer optimizer, double progress)
    {
    }

    /// <summary>Whether a search is over before <c>sizing.freeze_epoch</c>; depends on nothing but the state of the model.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="steps">Steps that their optimizer has taken.</param>
    internal virtual bool IsWithinBudget(EmbeddingTable table, long steps) => false;

    /// <summary>Called once before <see cref="Freeze"/>, for what is decided from more than the sizer's own scores.</summary>
    internal virtual void Decide(SizeSearch search)
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
    internal SizerState State
    {
        get => new([.. SizeOfGroup], IsFrozen: !IsLearning);
        set
        {
            value.Sizes.CopyTo(SizeOfGroup, 0);
            IsFrozen = value.IsFrozen;
        }
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
