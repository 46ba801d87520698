namespace Taper.Embeddings.Tests.Optimizers;

/// <summary>
/// The optimizers as their papers and PyTorch write them: dense tables, double precision, one plain loop, no code shared
/// with the kernels.
/// </summary>
internal sealed class SlowRules(string name, double rate, double l2, int rows, int dimension)
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;

    private readonly double[] first = new double[rows * dimension];
    private readonly double[] second = new double[rows * dimension];
    private readonly double[] ofRow = new double[rows];
    private int step;

    public void Step(double[] weights, double[] gradient, bool[] touched, Func<int, int> sizeOf)
    {
        step++;
        for (int row = 0; row < rows; row++)
        {
            if (touched[row] || name == "adam")
            {
                Row(weights, gradient, row, sizeOf(row));
            }
        }
    }

    private void Row(double[] weights, double[] gradient, int row, int size)
    {
        int start = row * dimension;
        double[] decayed = [.. Enumerable.Range(start, size).Select(at => gradient[at] + (l2 * weights[at]))];
        ofRow[row] += size == 0 ? 0 : decayed.Average(g => g * g);
        for (int j = 0; j < size; j++)
        {
            weights[start + j] -= name switch
            {
                "sgd" => rate * decayed[j],
                "adagrad" => rate * decayed[j] / (Math.Sqrt(second[start + j] += decayed[j] * decayed[j]) + 1e-10),
                "rowwise_adagrad" => rate * decayed[j] / (Math.Sqrt(ofRow[row]) + 1e-10),
                _ => Adam(start + j, decayed[j]),
            };
        }
    }

    // torch.optim.Adam, _single_tensor_adam
    private double Adam(int at, double g)
    {
        first[at] = (Beta1 * first[at]) + ((1 - Beta1) * g);
        second[at] = (Beta2 * second[at]) + ((1 - Beta2) * g * g);
        double biasCorrection1 = 1 - Math.Pow(Beta1, step);
        double biasCorrection2 = 1 - Math.Pow(Beta2, step);
        double denominator = (Math.Sqrt(second[at]) / Math.Sqrt(biasCorrection2)) + 1e-8;
        return rate / biasCorrection1 * first[at] / denominator;
    }
}
