using Taper.Data;
using Taper.Embeddings.Features;
using Taper.Training.Runs;
using Taper.Training.Sizing;
using Taper.Training.Tapering;

namespace Taper.Training.Tests.Tapering;

public sealed class HeldOutWorthTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("dnn")]
    [InlineData("dcn_v2")]
    public void A_value_suffices_where_validation_loses_half_a_nat_without_those_like_it(string network)
    {
        using Trained trained = new(data, network);
        FrequencyGroups values = trained.Model.Sizer.Groups;
        LabelCounts counts = LabelCounts.Of(data.Dataset, trained.Model.Fields.Count, values.TableRows, Cancellation);
        Dictionary<(int Vocabulary, int Cell), (double Gain, int Occurrences)> cells = [];
        Batch batch = Whole("validation");
        trained.Model.Network.eval();
        using TorchSharp.torch.Tensor logits = trained.Model.Slopes(batch).Logits, slopes = trained.Model.Slopes(batch).Slopes;
        for (int f = 0; f < trained.Model.Fields.Count; f++)
        {
            (int v, Pooling pooling) = trained.Model.Fields[f];
            for (int i = 0; i < batch.Count; i++)
            {
                int[] rows = RowsOf(batch, f, i);
                foreach (int row in rows)
                {
                    double contribution = 0;
                    for (int j = 0; j < trained.Model.Table.Dimension; j++)
                    {
                        contribution += trained.Model.Table[row][j] * slopes[i, (f * trained.Model.Table.Dimension) + j].item<float>() / (pooling == Pooling.Mean ? rows.Length : 1);
                    }

                    double z = logits[i].item<float>(), sign = batch.Labels[i] > 0 ? -1 : 1;
                    (double gain, int n) = cells.GetValueOrDefault((v, counts.CellOf(row)));
                    gain += Math.Log(1 + Math.Exp(sign * (z - contribution))) - Math.Log(1 + Math.Exp(sign * z));
                    cells[(v, counts.CellOf(row))] = (gain, n + 1);
                }
            }
        }

        bool[] suffices = HeldOutWorth.Suffices(trained.Search, counts);
        double[] worth =
        [
            .. Enumerable.Range(0, values.TableRows).Select(row =>
            {
                (double gain, int n) = cells.GetValueOrDefault((values.Vocabularies[row], counts.CellOf(row)));
                return counts.Total(row) * gain / (n + 20);
            }),
        ];
        for (int row = 0; row < worth.Length; row++)
        {
            Assert.True(suffices[row] == (worth[row] >= 0.5) || Math.Abs(worth[row] - 0.5) < 1e-3, $"{row}: {worth[row]}");
        }

        Assert.Contains(true, suffices);
        Assert.Contains(false, suffices);
    }

    [Fact]
    public void Slopes_are_the_derivatives_of_the_logits()
    {
        using Trained trained = new(data, "dnn");
        Batch batch = data.FirstBatch(16);
        const float Step = 1e-2f;
        trained.Model.Network.eval();
        int dimension = trained.Model.Table.Dimension;
        for (int j = 0; j < dimension; j++)
        {
            int row = batch.Rows(0)[0];
            float expected = trained.Model.Slopes(batch).Slopes[0, j].item<float>(), value = trained.Model.Table[row][j];
            trained.Model.Table[row][j] = value + Step;
            float above = trained.Model.Slopes(batch).Logits[0].item<float>();
            trained.Model.Table[row][j] = value - Step;
            float below = trained.Model.Slopes(batch).Logits[0].item<float>();
            trained.Model.Table[row][j] = value;
            Assert.Equal(expected, (above - below) / (2 * Step), 5e-3f);
        }
    }

    [Fact]
    public void Values_share_a_cell_where_their_counts_of_either_label_are_alike()
    {
        using Trained trained = new(data, "dnn");
        int rows = trained.Model.Sizer.Groups.TableRows;
        int[] positives = new int[rows], negatives = new int[rows];
        Batch batch = Whole("train");
        for (int f = 0; f < trained.Model.Fields.Count; f++)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                foreach (int row in RowsOf(batch, f, i))
                {
                    (batch.Labels[i] > 0 ? positives : negatives)[row]++;
                }
            }
        }

        LabelCounts counts = LabelCounts.Of(data.Dataset, trained.Model.Fields.Count, rows, Cancellation);
        for (int row = 0; row < rows; row++)
        {
            Assert.Equal(positives[row] + negatives[row], counts.Total(row));
            for (int other = 0; other < rows; other++)
            {
                Assert.Equal((Class(positives[row]), Class(negatives[row])) == (Class(positives[other]), Class(negatives[other])), counts.CellOf(row) == counts.CellOf(other));
            }
        }

        static int Class(int count) => count < 4 ? count : 2 + (int)Math.Log2(count);
    }

    [Fact]
    public void Centring_leaves_predictions_as_they_are_and_what_is_dropped_at_zero()
    {
        using Trained trained = new(data, "wide_deep");
        CtrModel model = trained.Model;
        FrequencyGroups values = model.Sizer.Groups;
        Saliency saliency = Saliencies(model);
        float[] before = Logits(), summed = First(4);
        PrefixCut cut = new(limit: 100);
        Centring.Apply(model, saliency, cut);
        Assert.Equal(before, Logits(), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(summed, First(4)); // values of the field moods are summed, so it cannot move
        foreach (int field in new[] { 0, 1, 3 })
        {
            int[] dropped = [.. Rows(field).Where(row => !cut.Keeps(row, 0))];
            Assert.NotEmpty(dropped);
            for (int j = 0; j < model.Table.Dimension; j++)
            {
                Assert.Equal(0, dropped.Sum(row => saliency.Weight(row) * model.Table[row][j]) / dropped.Sum(saliency.Weight), 1e-5f);
            }
        }

        IEnumerable<int> Rows(int field) => Enumerable.Range(0, values.TableRows).Where(row => values.Vocabularies[row] == model.Fields[field].Vocabulary);

        float[] First(int field) => [.. Rows(field).Select(row => model.Table[row][0])];

        float[] Logits()
        {
            model.Network.eval();
            return model.Slopes(Whole("test")).Logits.data<float>().ToArray();
        }
    }

    private Batch Whole(string split)
    {
        Examples examples = data.Dataset.Split(split);
        return new BatchReader(data.Dataset, examples, examples.Count).Read(ExampleOrder.Sequential(examples.Count)).Single();
    }

    private static int[] RowsOf(Batch batch, int field, int example) => batch.Offsets(field).IsEmpty
        ? [batch.Rows(field)[example]]
        : batch.Rows(field)[batch.Offsets(field)[example]..batch.Offsets(field)[example + 1]].ToArray();

    private static Saliency Saliencies(CtrModel model) => new(
        model.Sizer.Groups,
        [.. Enumerable.Range(0, model.Sizer.Groups.VocabularyCount).Select(v => new Alignment([], [], [.. Enumerable.Range(1, model.Table.Dimension).Select(j => 1.0 / (v + j))]))]);

    private sealed class Trained : IDisposable
    {
        private readonly ModelOptimizers _optimizers;

        public Trained(TinyDataset data, string network)
        {
            RunConfig config = new()
            {
                Network = new NetworkConfig { Type = network, HiddenUnits = [12] },
                Sizing = new SizingConfig { Method = "taper", EmbeddingDim = 4, Budget = 0.5 },
                Training = new TrainingConfig { LearningRate = 0.02, EmbeddingOptimizer = "adam", Threads = 1 },
            };
            Model = CtrModel.Create(data.Dataset, config);
            _optimizers = new ModelOptimizers(Model, config.Training);
            for (int step = 0; step < 60; step++)
            {
                _optimizers.Step(data.FirstBatch(256), 0);
            }

            Search = new SizeSearch(Model, _optimizers, data.Dataset, config.Training, Cancellation);
        }

        public CtrModel Model { get; }

        public SizeSearch Search { get; }

        public void Dispose()
        {
            _optimizers.Dispose();
            Model.Dispose();
        }
    }
}
