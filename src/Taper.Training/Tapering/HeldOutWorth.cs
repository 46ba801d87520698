using System.Numerics.Tensors;
using Taper.Data;
using Taper.Embeddings.Features;
using Taper.Training.Layers;
using Taper.Training.Runs;
using Taper.Training.Sizing;

namespace Taper.Training.Tapering;

/// <summary>
/// Which values are worth an embedding, on examples that they were not learned from: the rise of the validation logloss if a
/// value's contribution to the logit were taken away. Training examples cannot say it: a value that was seen a few times has
/// learned them by heart, and is often worse than none on others.
/// </summary>
/// <remarks>
/// Too few validation examples show any one value, so values of a vocabulary with alike counts (<see cref="LabelCounts"/>) are
/// measured together. A contribution is J · e, with J = ∂logit/∂e: the logit without it, to the first order, is z − J · e.
/// </remarks>
internal sealed class HeldOutWorth
{
    private const int MostBatches = 256;

    /// <summary>Occurrences without worth that each cell begins with, so that a handful of examples proves nothing.</summary>
    private const int PriorOccurrences = 20;

    /// <summary>
    /// What a value has to be worth over all of its occurrences, in nats. Chosen on validation (MovieLens tags) of 0, 0.25, 0.5 and 1.
    /// With less, those that are left out have one label in training by selection, and their default row learns it by heart.
    /// </summary>
    private const double LeastWorth = 0.5;

    private readonly CtrModel _model;
    private readonly LabelCounts _counts;
    private readonly double[][] _gains;
    private readonly long[][] _occurrences;

    private HeldOutWorth(CtrModel model, LabelCounts counts)
    {
        (_model, _counts) = (model, counts);
        int vocabularies = model.Sizer.Groups.VocabularyCount;
        _gains = Cells<double>(vocabularies);
        _occurrences = Cells<long>(vocabularies);
    }

    /// <summary>For each row, whether what its value is worth over all of its occurrences in training is at least half a nat.</summary>
    /// <param name="search">A model whose sizer has a group for each row; a value without an embedding is one at 0.</param>
    /// <param name="counts">Of its rows.</param>
    public static bool[] Suffices(SizeSearch search, LabelCounts counts)
    {
        FrequencyGroups values = search.Model.Sizer.Groups;
        HeldOutWorth worth = new(search.Model, counts);
        SlopeBatches.Each(search, "validation", MostBatches, worth.Add, CancellationToken.None); // the model has been changed: no way back
        return
        [
            .. Enumerable.Range(0, values.TableRows).Select(row =>
                counts.Total(row) * worth.OfAnOccurrence(values.Vocabularies[row], counts.CellOf(row)) >= LeastWorth),
        ];
    }

    private void Add(Batch batch, InputSlopes at)
    {
        for (int f = 0; f < _model.Fields.Count; f++)
        {
            Add(batch, f, at);
        }
    }

    private void Add(Batch batch, int field, InputSlopes at)
    {
        int dimension = _model.Table.Dimension, stride = _model.Fields.Count * dimension;
        (int vocabulary, Pooling pooling) = _model.Fields[field];
        ReadOnlySpan<float> logits = at.Logits.Floats(), slopes = at.Slopes.Floats();
        foreach (Occurrence value in new Occurrences(batch, field))
        {
            ReadOnlySpan<float> row = _model.Table[value.Row];
            float share = pooling == Pooling.Mean ? 1f / value.Values : 1;
            float contribution = share * TensorPrimitives.Dot(row, slopes.Slice((value.Example * stride) + (field * dimension), dimension));
            float label = batch.Labels[value.Example], logit = logits[value.Example];
            int cell = _counts.CellOf(value.Row);
            _gains[vocabulary][cell] += LogLoss(logit - contribution, label) - LogLoss(logit, label);
            _occurrences[vocabulary][cell]++;
        }
    }

    private double OfAnOccurrence(int vocabulary, int cell) =>
        _gains[vocabulary][cell] / (_occurrences[vocabulary][cell] + PriorOccurrences);

    /// <summary>log(1 + e^z) − y z, whatever the size of z.</summary>
    private static double LogLoss(double logit, double label) =>
        Math.Max(logit, 0) - (logit * label) + Math.Log(1 + Math.Exp(-Math.Abs(logit)));

    private static T[][] Cells<T>(int vocabularies) => [.. Enumerable.Range(0, vocabularies).Select(_ => new T[LabelCounts.Cells])];
}
