using Taper.Data;
using Taper.Embeddings;
using Taper.Embeddings.Storage;
using Taper.Training.Layers;
using Taper.Training.Networks;
using Taper.Training.Sizing;
using TorchSharp;
using static TorchSharp.torch;

namespace Taper.Training.Runs;

/// <summary>A CTR model: sized embeddings, first-order weights where the network has them, and the dense network.</summary>
internal sealed class CtrModel : IDisposable
{
    private readonly EmbeddingTable? _firstOrderTable;
    private readonly Device _device;

    private CtrModel(ModelShape shape, RunConfig config, SizerState? sizes, bool compact)
    {
        (FrequencyGroups groups, IReadOnlyList<EmbeddedField> fields, int numericFields) = shape;
        int dimension = config.Sizing.EmbeddingDim;
        _device = torch.device(config.Training.Device);
        Fields = fields;
        Sizer = Sizer.Create(config.Sizing, groups);
        if (sizes is not null)
        {
            Take(sizes);
        }

        int rows = Sizer.Sharing?.StoredRows ?? groups.TableRows + (Sizer.HasSizeZero ? groups.VocabularyCount : 0);
        Layer = new EmbeddingLayer(
            compact ? EmbeddingLayer.CompactTable(rows, Sizer) : new EmbeddingTable(rows, dimension), Sizer, fields);
        Sizer.Attach(Layer.Table);
        Network = CtrNetwork.Create(config.Network, new NetworkShape(fields.Count, dimension, numericFields)
        {
            Projected = Sizer.IsProjected ? [.. fields.Select(field => new ProjectedField(field.Vocabulary, Sizer.SizeOfVocabulary(field.Vocabulary)))] : [],
        });
        Network.to(_device);
        if (Network.HasFirstOrder)
        {
            _firstOrderTable = new EmbeddingTable(groups.TableRows, 1);
            FirstOrderLayer = new EmbeddingLayer(_firstOrderTable, new FixedSizer(groups, 1), fields);
        }
    }

    public EmbeddingTable Table => Layer.Table;

    /// <summary>The embedded fields, in batch order.</summary>
    public IReadOnlyList<EmbeddedField> Fields { get; }

    public EmbeddingTable? FirstOrderTable => _firstOrderTable;

    public EmbeddingLayer Layer { get; }

    public EmbeddingLayer? FirstOrderLayer { get; }

    public Sizer Sizer { get; }

    public CtrNetwork Network { get; }

    /// <summary>Exported embedding parameters: kept dimensions, and default rows and projections where there are any.</summary>
    public long Parameters => TableParameters + Network.ProjectionParameters;

    /// <summary>Those of the table.</summary>
    public long TableParameters =>
        Sizer.Parameters + (Sizer.HasSizeZero ? (long)(Table.Rows - Sizer.Groups.TableRows) * Table.Dimension : 0);

    /// <summary>Parameters of the fixed-size table, rows × D.</summary>
    public long FixedParameters => (long)Sizer.Groups.TableRows * Table.Dimension;

    /// <summary>Whether prefixes are kept which alone, and with where each begins, take less than whole rows do.</summary>
    public bool IsSmallerCompact =>
        Sizer is { Sharing: null, Elements: null } && TableParameters + Table.Rows < FixedParameters && TableParameters <= uint.MaxValue;

    /// <summary>A model with its first values; the same config and dataset give the same values.</summary>
    public static CtrModel Create(Dataset dataset, RunConfig config) => Create(ModelShape.Of(dataset, config.Sizing.Method), config);

    /// <summary>A model with its first values; the same config and shape give the same values.</summary>
    public static CtrModel Create(ModelShape shape, RunConfig config)
    {
        manual_seed(config.Training.Seed);
        var model = new CtrModel(shape, config, null, compact: false);
        model.Table.FillNormal(config.Training.EmbeddingDeviation, (ulong)config.Training.Seed);
        model.Sizer.Sharing?.Prepare(model.Table);
        if (!model.Sizer.IsLearning)
        {
            model.CompactWhereSmaller();
        }

        return model;
    }

    /// <summary>A model with its first values, and the sizes that a sizer has decided.</summary>
    public static CtrModel CreateSized(ModelShape shape, RunConfig config, Sizer decided)
    {
        CtrModel model = Create(shape, config);
        model.Sizer.TakeOver(decided);
        model.Sizer.Elements?.Apply(model.Table);
        model.CompactWhereSmaller();

        return model;
    }

    /// <summary>A model that goes on from one whose sizes are frozen, with the projections that its sizer has decided on.</summary>
    public static CtrModel CreateProjected(ModelShape shape, RunConfig config, CtrModel whole)
    {
        var model = new CtrModel(shape, config, whole.Sizer.State, compact: false);
        Copy(whole.Table, model.Table);
        if (whole.FirstOrderTable is { } firstOrder)
        {
            Copy(firstOrder, model.FirstOrderTable!);
        }

        model.Network.TakeOver(whole.Network, whole.Sizer.ProjectionOf);
        model.CompactWhereSmaller();

        return model;

        static void Copy(EmbeddingTable source, EmbeddingTable target)
        {
            for (int row = 0; row < source.Rows; row++)
            {
                source[row].CopyTo(target[row]);
            }
        }
    }

    /// <summary>A model to read a snapshot's tensors into: with its sizes, and laid out as it is.</summary>
    /// <exception cref="ArtifactException">The sizes are not those of such a model.</exception>
    public static CtrModel ToRestore(ModelShape shape, RunConfig config, SnapshotMetadata snapshot) =>
        new(shape, config, new SizerState(snapshot.Sizes, snapshot.SizesFrozen), snapshot.Compact);

    /// <summary>Gives the sizer its state, which may come from a file: its groups may be others than the model's, one a vocabulary for instance.</summary>
    private void Take(SizerState state)
    {
        if (state.Sizes.Length != Sizer.State.Sizes.Length || state.Sizes.Any(size => size > Sizer.Dimension))
        {
            Sizer.Dispose();
            throw new ArtifactException("The checkpoint's sizes are not those of this config and dataset; start from another run, or train anew.");
        }

        Sizer.State = state;
    }

    /// <summary>Goes on in a compact table where that is smaller; whether it is.</summary>
    public bool CompactWhereSmaller()
    {
        if (!IsSmallerCompact)
        {
            return false;
        }

        Layer.Compact();
        return true;
    }

    /// <summary>The kept size of a table row; default rows are whole.</summary>
    public int SizeOf(int row) => row < Sizer.Groups.TableRows ? Sizer.SizeOf(row) : Table.Dimension;

    /// <summary>What the embeddings take at present.</summary>
    public EmbeddingSummary Summary() => new()
    {
        Parameters = Parameters,
        FixedParameters = FixedParameters,
        Bytes = (Parameters * sizeof(float)) + MaskBytes,
        MeanSize = Sizer.Parameters / (double)Sizer.Groups.TableRows,
    };

    /// <summary>The bits that an export has: of rows that keep something.</summary>
    private long MaskBytes
    {
        get
        {
            long rows = 0;
            for (int row = 0; row < Sizer.Elements?.Rows; row++)
            {
                rows += Sizer.Elements.SizeOf(row) > 0 ? 1 : 0;
            }

            return rows * (Sizer.Elements?.RowBytes ?? 0);
        }
    }

    /// <summary>Training forward pass: [batch] logits.</summary>
    public Tensor Logits(Batch batch, Tensor? mask) =>
        Network.forward(new NetworkInput(
            Layer.Forward(batch, mask).to(_device), Numeric(batch), FirstOrder(FirstOrderLayer?.Forward(batch, null), batch)));

    /// <summary>Logits of a batch and their derivatives; the network has to be in eval mode.</summary>
    public InputSlopes Slopes(Batch batch)
    {
        Tensor embeddings = Layer.Gather(batch).to(_device).requires_grad_();
        Tensor logits = LogitsOf(embeddings, batch);
        logits.sum().backward();
        return new InputSlopes(embeddings.detach().cpu(), embeddings.grad!.cpu().contiguous(), logits.detach().cpu().contiguous());
    }

    /// <summary>Mean logloss of a batch, to be trained on.</summary>
    public Tensor Loss(Batch batch, Tensor? mask) => Loss(batch, batch.Labels.ToTensor(batch.Count), mask);

    /// <summary>Mean cross entropy of a batch and targets in [0, 1], to be trained on.</summary>
    public Tensor Loss(Batch batch, Tensor targets, Tensor? mask)
    {
        Tensor logits = Logits(batch, mask);
        return nn.functional.binary_cross_entropy_with_logits(logits, targets.to(logits.device));
    }

    /// <summary>Probabilities of one batch with the hard sizes and no dropout; the network has to be in eval mode.</summary>
    public void Predict(Batch batch, Span<float> probabilities)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        LogitsOf(Layer.Gather(batch).to(_device), batch).sigmoid().cpu().contiguous().Floats().CopyTo(probabilities);
    }

    public void Dispose()
    {
        Layer.Dispose();
        FirstOrderLayer?.Sizer.Dispose();
        FirstOrderLayer?.Dispose();
        _firstOrderTable?.Dispose();
        Table.Dispose();
        Sizer.Dispose();
        Network.Dispose();
    }

    /// <summary>Logits of embeddings that were gathered for inference.</summary>
    private Tensor LogitsOf(Tensor embeddings, Batch batch) =>
        Network.forward(new NetworkInput(embeddings, Numeric(batch), FirstOrder(FirstOrderLayer?.Gather(batch), batch)));

    private Tensor? Numeric(Batch batch) =>
        batch.NumericCount == 0 ? null : batch.Numeric.ToTensor(batch.Count, batch.NumericCount).to(_device);

    /// <summary>[batch × fields] first-order weights → [batch × 1].</summary>
    private Tensor? FirstOrder(Tensor? weights, Batch batch) =>
        weights?.view(batch.Count, -1).sum(1, keepdim: true).to(_device);
}
