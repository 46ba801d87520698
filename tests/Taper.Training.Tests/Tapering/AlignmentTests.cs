using CsCheck;
using Taper.Training.Tapering;

namespace Taper.Training.Tests.Tapering;

public sealed class AlignmentTests
{
    private const int Dimension = 5;

    private static readonly Gen<double[]> Moments = Gen.Double[-1, 1].Array[Dimension * 9].Select(Squares);

    [Fact]
    public void Balances_both_moments_and_sorts_the_dimensions() =>
        Gen.Select(Moments, Moments).Sample((embedding, gradient) =>
        {
            Alignment alignment = Alignment.Of(new VocabularyMoments(embedding, gradient));
            double[] forward = Wide(alignment.Forward), inverse = Wide(alignment.Inverse);
            double[] energy = Product(Product(forward, embedding), Transposed(forward));
            double[] curvature = Product(Product(Transposed(inverse), gradient), inverse);
            double scale = Enumerable.Range(0, Dimension).Max(j => At(energy, j, j)), steep = Enumerable.Range(0, Dimension).Max(j => At(curvature, j, j));
            for (int i = 0; i < Dimension; i++)
            {
                for (int j = 0; j < Dimension; j++)
                {
                    Assert.Equal(i == j ? 1 : 0, At(Product(forward, inverse), i, j), 3);
                    if (i != j)
                    {
                        Assert.InRange(Math.Abs(At(energy, i, j)), 0, 0.01 * scale);
                        Assert.InRange(Math.Abs(At(curvature, i, j)), 0, 0.01 * steep);
                    }
                }

                Assert.Equal(alignment.Curvature[i], At(curvature, i, i), 1e-3 * steep);
                if (i > 0)
                {
                    Assert.True(At(energy, i - 1, i - 1) * At(curvature, i - 1, i - 1) >= 0.99 * At(energy, i, i) * At(curvature, i, i));
                }
            }

            Assert.Equal(Trace(embedding), Trace(energy), 1e-3 * Trace(embedding));
        }, iter: 200);

    [Fact]
    public void A_vocabulary_without_gradients_stays_as_it_is()
    {
        Alignment alignment = Alignment.Of(new VocabularyMoments(new double[Dimension * Dimension], new double[Dimension * Dimension]));
        float[] row = [1, 2, 3, 4, 5];
        alignment.Apply(row, new float[Dimension]);
        Assert.Equal([1, 2, 3, 4, 5], row);
    }

    /// <summary>Σ x xᵀ over 9 vectors, which has full rank.</summary>
    private static double[] Squares(double[] vectors)
    {
        double[] sum = new double[Dimension * Dimension];
        for (int n = 0; n < vectors.Length; n += Dimension)
        {
            for (int i = 0; i < Dimension; i++)
            {
                for (int j = 0; j < Dimension; j++)
                {
                    sum[(i * Dimension) + j] += (vectors[n + i] * vectors[n + j]) + (i == j ? 0.02 : 0);
                }
            }
        }

        return sum;
    }

    private static double At(double[] matrix, int i, int j) => matrix[(i * Dimension) + j];

    private static double Trace(double[] matrix) => Enumerable.Range(0, Dimension).Sum(j => At(matrix, j, j));

    private static double[] Wide(float[] matrix) => Array.ConvertAll(matrix, v => (double)v);

    private static double[] Transposed(double[] matrix) =>
        [.. Enumerable.Range(0, matrix.Length).Select(at => At(matrix, at % Dimension, at / Dimension))];

    private static double[] Product(double[] left, double[] right) =>
        [.. Enumerable.Range(0, left.Length).Select(at => Enumerable.Range(0, Dimension).Sum(k => At(left, at / Dimension, k) * At(right, k, at % Dimension)))];
}
