using Taper.Configuration;
using Taper.Data;
using Taper.Embeddings;
using Taper.Training.Runs;
using static TorchSharp.torch;

namespace Taper.Training.Sizing;

/// <summary>
/// SSEDS, single-shot embedding dimension search (Qu et al., SIGIR 2022): the model is trained at full size; then the saliency
/// |∂L/∂m_fj| of each dimension j of each field f, with masks m = 1 over all training examples, says which dimensions are
/// kept, the most salient first while the budget allows them; and the model is trained anew. As it starts anew, which of a field's
/// dimensions are kept does not matter, only how many: they become its prefix. Fields that share a vocabulary share a size, and every
/// vocabulary keeps one dimension at least.
/// </summary>
public sealed class SsedsSizer : Sizer
{
    private readonly double _budget;

    /// <summary>One size for each vocabulary.</summary>
    public SsedsSizer(FrequencyGroups groups, SizingConfig config)
        : base(groups, config.EmbeddingDim)
    {
        _budget = config.Budget ?? 1;
    }

    /// <inheritdoc/>
    public override bool IsLearning => !IsFrozen;

    /// <inheritdoc/>
    public override bool RestartsTraining => true;

    /// <inheritdoc/>
    public override Tensor? Mask(double progress) => null;

    /// <inheritdoc/>
    public override void Freeze() => IsFrozen = true;

    internal override void Check(RunConfig config)
    {
        FreezingBudget.Check(config, RestartsTraining);
        if (_budget * Dimension < 1)
        {
            throw new ConfigException(
                $"sizing.budget: {_budget} is too little for sseds, where every field keeps one of {Dimension} dimensions; set {1.0 / Dimension:0.####} or more.");
        }
    }

    internal override void Decide(SizeSearch search)
    {
        byte[] sizes = SizesOf(Saliency(search), Groups.RowsOfVocabularies(), (long)Math.Floor(_budget * Groups.TableRows * Dimension));
        for (int group = 0; group < SizeOfGroup.Length; group++)
        {
            SizeOfGroup[group] = sizes[Groups.Vocabularies[group]];
        }
    }

    /// <summary>How many dimensions each vocabulary keeps.</summary>
    /// <param name="saliency">For each vocabulary that of its D dimensions.</param>
    /// <param name="rows">The rows of each vocabulary, which are what one of its dimensions costs.</param>
    /// <param name="limit">Most parameters.</param>
    internal static byte[] SizesOf(IReadOnlyList<float[]> saliency, IReadOnlyList<long> rows, long limit)
    {
        byte[] sizes = new byte[saliency.Count];
        Array.Fill<byte>(sizes, 1);
        long left = limit - rows.Sum();
        var others =
            from vocabulary in Enumerable.Range(0, saliency.Count)
            from value in saliency[vocabulary].OrderDescending().Skip(1)
            orderby value descending
            select vocabulary;
        foreach (int vocabulary in others)
        {
            if (rows[vocabulary] <= left)
            {
                left -= rows[vocabulary];
                sizes[vocabulary]++;
            }
        }

        return sizes;
    }

    /// <summary>|Σ over the training examples of ∂L/∂m|, without dropout: the model is only looked at.</summary>
    internal float[][] Saliency(SizeSearch search)
    {
        CtrModel model = search.Model;
        int[] vocabularyOfRow = [.. Groups.SharedGroupOfRow.Select(group => Groups.Vocabularies[group])];
        float[] sums = new float[Groups.VocabularyCount * Dimension];
        Examples examples = search.Dataset.Split("train");
        model.Network.eval();
        foreach (Batch batch in new BatchReader(search.Dataset, examples, search.Training.BatchSize).Read(ExampleOrder.Sequential(examples.Count)))
        {
            search.Cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            model.Loss(batch, mask: null).backward();
            foreach (RowGradients part in model.Layer.Gradients)
            {
                MaskGradient.Add(model.Table, part, vocabularyOfRow, sums);
            }
        }

        model.Network.train();
        return [.. sums.Select(Math.Abs).Chunk(Dimension)];
    }
}
