namespace Taper.Models.Tests;

/// <summary>The five networks by their formulas, one example at a time in doubles.</summary>
internal sealed class ReferenceNetwork(NetworkDefinition network)
{
    public double Probability(ReadOnlySpan<float> embeddings, ReadOnlySpan<float> numeric, double firstOrder)
    {
        double[] e = Projected([.. embeddings.ToArray().Select(v => (double)v)]);
        double[] k = [.. numeric.ToArray().Select(v => (double)v)];
        double[] x = [.. e, .. k];
        double logit = network.Type switch
        {
            "dnn" => Linear("output", Mlp(x))[0],
            "wide_deep" => Linear("output", Mlp(x))[0] + Wide(k, firstOrder),
            "deepfm" => Linear("output", Mlp(x))[0] + Wide(k, firstOrder) + Pairs(e),
            "fm" => Pairs(e) + Wide(k, firstOrder) + network.Weights["bias"].Data[0],
            _ => Linear("output", [.. Cross(x), .. Mlp(x)])[0],
        };
        return 1 / (1 + Math.Exp(-logit));
    }

    private double[] Projected(double[] e) => network.Projections.Count == 0
        ? e
        : [.. network.Projections.SelectMany((name, f) => Projected(name, e[(f * network.Dimension)..((f + 1) * network.Dimension)]))];

    private double[] Projected(string? name, double[] field)
    {
        if (name is null)
        {
            return field;
        }

        NetworkTensor p = network.Weights[name];
        return [.. field.Select((_, j) => Enumerable.Range(0, p.Shape[1]).Sum(i => field[i] * p.Data[(j * p.Shape[1]) + i]))];
    }

    private double[] Mlp(double[] x)
    {
        for (int layer = 0; network.Weights.ContainsKey($"mlp.{layer}.weight"); layer++)
        {
            x = [.. Linear($"mlp.{layer}", x).Select(v => Math.Max(0, v))];
        }

        return x;
    }

    private double[] Cross(double[] x0)
    {
        double[] x = x0;
        for (int layer = 0; network.Weights.ContainsKey($"cross.{layer}.weight"); layer++)
        {
            double[] gate = Linear($"cross.{layer}", x);
            x = [.. x.Select((v, i) => (x0[i] * gate[i]) + v)];
        }

        return x;
    }

    private double Wide(double[] k, double firstOrder) =>
        firstOrder + k.Select((v, i) => v * network.Weights["numeric.weight"].Data[i]).Sum();

    private double Pairs(double[] e)
    {
        double sum = 0;
        int d = network.Dimension;
        for (int f = 0; f < network.Fields; f++)
        {
            for (int g = f + 1; g < network.Fields; g++)
            {
                sum += Enumerable.Range(0, d).Sum(j => e[(f * d) + j] * e[(g * d) + j]);
            }
        }

        return sum;
    }

    private double[] Linear(string name, double[] x)
    {
        float[] weight = network.Weights[$"{name}.weight"].Data;
        return [.. network.Weights[$"{name}.bias"].Data
            .Select((bias, o) => bias + x.Select((v, i) => v * weight[(o * x.Length) + i]).Sum())];
    }
}
