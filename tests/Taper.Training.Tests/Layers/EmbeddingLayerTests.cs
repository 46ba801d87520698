using Taper.Data;
using Taper.Embeddings;
using Taper.Training.Layers;
using Taper.Training.Sizing;
using static TorchSharp.torch;

namespace Taper.Training.Tests.Layers;

/// <summary>The fused layer against plain autograd and against finite differences (fields: single, shared, mean, sum).</summary>
public sealed class EmbeddingLayerTests(TinyDataset data) : IClassFixture<TinyDataset>
{
    private const int Dimension = 6;

    public static TheoryData<string, double?, bool, bool> Sizers => new()
    {
        { "fixed", null, false, true },
        { "amtl", null, false, true },
        { "amtl", null, true, true },
        { "amtl", null, false, false },
        { "amtl", 0.4, false, true },
        { "amtl", 0.4, true, true },
        { "amtl", 0.4, false, false },
        { "single_aml", null, false, true },
        { "single_aml", 0.3, true, true },
        { "single_aml", null, false, false },
    };

    [Theory]
    [MemberData(nameof(Sizers))]
    public void Forward_and_backward_equal_plain_autograd(string method, double? budget, bool sizeZero, bool straightThrough)
    {
        using var scope = NewDisposeScope();
        SizingConfig config = Config(method, budget, sizeZero, straightThrough);
        using Case layer = new(data, config);
        Batch batch = data.FirstBatch(48);
        Tensor? mask = layer.Sizer.Mask(0.5);
        Tensor output = layer.Layer.Forward(batch, mask);
        PlainAmtl plain = new(layer.Table, layer.Sizer, config, layer.Fields);
        Tensor expected = plain.Forward(batch);
        Loss(output).backward();
        Loss(expected).backward();

        AssertClose(expected, output, "output");
        AssertClose(plain.Rows.grad!, RowGradients(layer), "rows");
        foreach (var (name, weight) in layer.Sizer.Learned?.named_parameters() ?? [])
        {
            AssertClose(plain.Weights[name].grad!, weight.grad!, name);
        }
    }

    [Theory]
    [MemberData(nameof(Sizers))]
    public void Row_gradients_equal_finite_differences(string method, double? budget, bool sizeZero, bool straightThrough)
    {
        using var scope = NewDisposeScope();
        using Case layer = new(data, Config(method, budget, sizeZero, straightThrough));
        Batch batch = data.FirstBatch(32);
        Tensor? mask = layer.Sizer.Mask(0.5);
        Loss(layer.Layer.Forward(batch, mask)).backward();
        float[] gradients = RowGradients(layer).data<float>().ToArray();
        int[] touched = [.. Enumerable.Range(0, gradients.Length).Where(i => gradients[i] != 0)];
        Assert.NotEmpty(touched);
        foreach (int i in touched.Where((_, n) => n % 37 == 0))
        {
            double difference = Difference(
                delta => layer.Table[i / Dimension][i % Dimension] += delta, () => Loss(layer.Layer.Forward(batch, mask)), 1e-2f);
            Assert.Equal(difference, gradients[i], 2e-3 * (1 + Math.Abs(difference)));
        }
    }

    [Theory]
    [InlineData("amtl")]
    [InlineData("single_aml")]
    public void Soft_mask_gradients_equal_finite_differences(string method)
    {
        using var scope = NewDisposeScope();
        using Case layer = new(data, Config(method, null, false, false));
        Batch batch = data.FirstBatch(32);
        Loss(layer.Layer.Forward(batch, layer.Sizer.Mask(0))).backward();
        using var noGradient = no_grad();
        foreach (var (name, weight) in layer.Sizer.Learned!.named_parameters().Where(p => p.name.Contains("_output", StringComparison.Ordinal)))
        {
            // The layers before have kinks (ReLU), over which a difference is no derivative.
            Tensor direction = randn_like(weight);
            double expected = Difference(
                delta => weight.add_(direction * delta), () => Loss(layer.Layer.Forward(batch, layer.Sizer.Mask(0))), 2e-3f);
            double actual = (weight.grad! * direction).sum().item<float>();
            Assert.True(Math.Abs(expected - actual) < 2e-3 * (0.1 + Math.Abs(expected)), $"{name}: {actual}, expected {expected}");
        }
    }

    [Fact]
    public void Inference_is_the_hard_prefix()
    {
        using var scope = NewDisposeScope();
        using Case layer = new(data, Config("amtl", 0.4, true, true));
        Batch batch = data.FirstBatch(48);
        Tensor training = layer.Layer.Forward(batch, layer.Sizer.Mask(0));
        AssertClose(training, layer.Layer.Gather(batch), "output");
    }

    [Theory]
    [InlineData("fixed", false)]
    [InlineData("amtl", false)]
    [InlineData("amtl", true)]
    public void Threads_change_no_embedding_and_no_gradient(string method, bool sizeZero)
    {
        using var scope = NewDisposeScope();
        int before = get_num_threads();
        try
        {
            (Tensor output, Tensor rows) = On(1);
            (Tensor outputOfFour, Tensor rowsOfFour) = On(4);
            Assert.True(output.equal(outputOfFour).all().item<bool>());
            Assert.True(rows.equal(rowsOfFour).all().item<bool>());
        }
        finally
        {
            set_num_threads(before);
        }

        (Tensor Output, Tensor Rows) On(int threads)
        {
            set_num_threads(threads);
            using Case layer = new(data, Config(method, method == "fixed" ? null : 0.4, sizeZero, true));
            Assert.Equal(threads, layer.Layer.Gradients.Count);
            Tensor output = layer.Layer.Forward(data.FirstBatch(47), layer.Sizer.Mask(0));
            Loss(output).backward();
            return (output.detach(), RowGradients(layer));
        }
    }

    private static SizingConfig Config(string method, double? budget, bool sizeZero, bool straightThrough) => new()
    {
        Method = method,
        EmbeddingDim = Dimension,
        Budget = budget,
        SizeZero = sizeZero,
        StraightThrough = straightThrough,
        HiddenUnits = [8],
        Temperature = 0.7,
        Start = "random",
    };

    /// <summary>
    /// Every number of the output counts, none alike, and the gradient depends on the output. Summed in doubles:
    /// finite differences are small.
    /// </summary>
    private static Tensor Loss(Tensor output)
    {
        Tensor wide = output.to(ScalarType.Float64);
        Tensor weights = (arange(wide.numel(), ScalarType.Float64) * 0.37).sin().view_as(wide);
        return (wide * weights).sum() + (0.5 * wide.square().sum());
    }

    private static double Difference(Action<float> change, Func<Tensor> loss, float step)
    {
        change(step);
        double above = loss().item<double>();
        change(-2 * step);
        double below = loss().item<double>();
        change(step);
        return (above - below) / (2 * step);
    }

    /// <summary>Dense, up to each row's kept size: beyond it the optimizer writes nothing.</summary>
    private static Tensor RowGradients(Case layer)
    {
        float[] dense = new float[layer.Table.Rows * Dimension];
        foreach (RowGradients part in layer.Layer.Gradients)
        {
            for (int slot = 0; slot < part.Count; slot++)
            {
                int row = part.Rows[slot];
                int size = Math.Min(Dimension, layer.Layer.Sizes[row]);
                part[slot][..size].CopyTo(dense.AsSpan(row * Dimension));
            }
        }

        return tensor(dense, [layer.Table.Rows, Dimension]);
    }

    /// <summary>|a − b| ≤ 1e-5 of the largest |a|.</summary>
    private static void AssertClose(Tensor expected, Tensor actual, string what)
    {
        using var noGradient = no_grad();
        double error = (expected - actual).abs().max().item<float>(), scale = expected.abs().max().item<float>();
        Assert.True(error <= (1e-5 * scale) + 1e-9, $"{what}: error {error:g3} of {scale:g3}");
    }

    /// <summary>A layer over the dataset's vocabularies with embeddings that are far from zero.</summary>
    private sealed class Case : IDisposable
    {
        public Case(TinyDataset data, SizingConfig config)
        {
            manual_seed(5);
            Dataset dataset = data.Dataset;
            List<string> vocabularies = [.. dataset.Vocabularies.Select(v => v.Name)];
            Fields = [.. dataset.Fields.Where(f => f.HasEmbedding).Select(f => new EmbeddedField(vocabularies.IndexOf(f.Vocabulary), f.Pooling))];
            Sizer = Sizer.Create(config, FrequencyGroups.Of(dataset));
            Table = new EmbeddingTable(dataset.TableRows + (config.SizeZero ? vocabularies.Count : 0), Dimension);
            Table.FillNormal(1, 3);
            Layer = new EmbeddingLayer(Table, Sizer, Fields);
        }

        public IReadOnlyList<EmbeddedField> Fields { get; }

        public Sizer Sizer { get; }

        public EmbeddingTable Table { get; }

        public EmbeddingLayer Layer { get; }

        public void Dispose()
        {
            Layer.Dispose();
            Table.Dispose();
            Sizer.Dispose();
        }
    }
}
