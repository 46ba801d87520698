using Taper.Training.Runs;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Sizing;

public sealed class SvdSizerTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    private static readonly RunConfig Config = new()
    {
        Network = new NetworkConfig { Type = "deepfm", HiddenUnits = [6] },
        Sizing = new SizingConfig { Method = "svd", EmbeddingDim = 8, Budget = 0.5 },
        Training = new TrainingConfig { LearningRate = 0.05, EmbeddingDeviation = 0.5, Threads = 1 },
    };

    [Fact]
    public void Factors_are_the_truncated_decomposition_of_each_vocabulary()
    {
        using var scope = NewDisposeScope();
        using CtrModel model = CtrModel.Create(data.Dataset, Config);
        Sizer sizer = model.Sizer;
        Tensor[] whole = [.. data.Dataset.Vocabularies.Select(v => Rows(model, v.FirstRow, v.Size, 8))];
        sizer.Freeze();
        long parameters = 0;
        foreach (var (v, vocabulary) in data.Dataset.Vocabularies.Index())
        {
            int rank = sizer.SizeOfVocabulary(v);
            parameters += (vocabulary.Size * rank) + (rank < 8 ? rank * 8 : 0);
            (Tensor u, Tensor s, Tensor vh) = linalg.svd(whole[v], fullMatrices: false);
            Tensor expected = (u.narrow(1, 0, rank) * s.narrow(0, 0, rank)).matmul(vh.narrow(0, 0, rank));
            Tensor rows = Rows(model, vocabulary.FirstRow, vocabulary.Size, rank);
            Tensor actual = sizer.ProjectionOf(v) is { } projection ? rows.matmul(tensor(projection, [8, rank]).t()) : rows;
            Assert.True((expected - actual).abs().max().item<float>() < 1e-4);
        }

        Assert.InRange(parameters, 1, model.FixedParameters / 2);
        Assert.Contains(Enumerable.Range(0, 4), v => sizer.SizeOfVocabulary(v) < 8);
    }

    [Fact]
    public void A_model_goes_on_from_its_factors()
    {
        using CtrModel model = CtrModel.Create(data.Dataset, Config);
        model.Sizer.Freeze();
        using CtrModel projected = CtrModel.CreateProjected(ModelShape.Of(data.Dataset, Config.Sizing.Method), Config, model);
        Assert.Equal(model.Sizer.Sizes.ToArray(), projected.Sizer.Sizes.ToArray());
        Assert.InRange(projected.Parameters, 1, model.FixedParameters / 2);

        using CtrModel flat = CtrModel.Create(data.Dataset, Config);
        for (int row = 0; row < flat.Table.Rows; row++)
        {
            Span<float> e = flat.Table[row]; // of rank 2
            for (int j = 2; j < e.Length; j++)
            {
                e[j] = (e[0] * MathF.Sin(j)) + (e[1] * MathF.Cos(j));
            }
        }

        float[] exact = Predict(flat);
        flat.Sizer.Freeze();
        using CtrModel same = CtrModel.CreateProjected(ModelShape.Of(data.Dataset, Config.Sizing.Method), Config, flat);
        Assert.Equal(exact, Predict(same), (a, b) => Math.Abs(a - b) < 1e-4);
    }

    private float[] Predict(CtrModel model)
    {
        float[] scores = new float[200];
        model.Network.eval();
        model.Predict(data.FirstBatch(200), scores);
        return scores;
    }

    private static Tensor Rows(CtrModel model, int first, int count, int width) =>
        stack([.. Enumerable.Range(first, count).Select(row => tensor(model.Table[row][..width].ToArray()))]);
}
