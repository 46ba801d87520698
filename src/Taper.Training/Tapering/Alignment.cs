using static TorchSharp.torch;

namespace Taper.Training.Tapering;

/// <summary>
/// A change of a vocabulary's coordinates, e' = A e, after which its dimensions are independent of each other and sorted by
/// how much they carry, so that a prefix keeps the most. The network takes A⁻¹ over, and predicts as before.
/// </summary>
/// <remarks>
/// A balances the two second moments, as balanced truncation does for linear systems (Moore 1981): E[e' e'ᵀ] and E[G' G'ᵀ]
/// become the same diagonal matrix, up to one factor. Dropping a dimension then costs about the product of its entries,
/// E[e'²] E[G'²], the loss to the second order. The sum of E[e'²] stays as it was, so learning rates keep their meaning.
/// </remarks>
/// <param name="Forward">A, row-major [D × D].</param>
/// <param name="Inverse">A⁻¹, row-major [D × D].</param>
/// <param name="Curvature">E[G'²] of each dimension.</param>
internal sealed record Alignment(float[] Forward, float[] Inverse, double[] Curvature)
{
    /// <summary>Share of the mean variance that is added to each dimension, so that unused ones can be inverted.</summary>
    private const double Ridge = 1e-4;

    /// <summary>The dimension D.</summary>
    public int Dimension => Curvature.Length;

    /// <summary>Leaves the coordinates as they are.</summary>
    public static Alignment None(VocabularyMoments moments)
    {
        int dimension = DimensionOf(moments);
        float[] same = new float[dimension * dimension];
        double[] curvature = new double[dimension];
        for (int j = 0; j < dimension; j++)
        {
            same[(j * dimension) + j] = 1;
            curvature[j] = moments.Gradient[(j * dimension) + j];
        }

        return new Alignment(same, same, curvature);
    }

    /// <summary>Balances a vocabulary; one that was never trained stays as it is.</summary>
    public static Alignment Of(VocabularyMoments moments)
    {
        int dimension = DimensionOf(moments);
        double energy = Trace(moments.Embedding, dimension), curvature = Trace(moments.Gradient, dimension);
        if (!(energy > 0 && curvature > 0))
        {
            return None(moments);
        }

        using var scope = NewDisposeScope();
        Tensor unit = eye(dimension, dtype: ScalarType.Float64);
        Tensor e = Matrix(moments.Embedding, dimension) + (unit * (Ridge * energy / dimension));
        Tensor g = Matrix(moments.Gradient, dimension) + (unit * (Ridge * curvature / dimension));
        Tensor root = linalg.cholesky(e);
        (Tensor values, Tensor vectors) = linalg.eigh(root.t().matmul(g).matmul(root));
        Tensor strength = values.clamp(min: 0).flip(0).pow(0.25).clamp(min: double.Epsilon);
        Tensor a = diag(strength).matmul(vectors.flip(1).t()).matmul(linalg.inv(root));
        a *= Math.Sqrt(energy / a.matmul(Matrix(moments.Embedding, dimension)).matmul(a.t()).trace().item<double>());
        Tensor inverse = linalg.inv(a);
        Tensor gradient = inverse.t().matmul(Matrix(moments.Gradient, dimension)).matmul(inverse);
        return new Alignment(Floats(a), Floats(inverse), gradient.diagonal().contiguous().data<double>().ToArray());
    }

    /// <summary>Changes the coordinates of a row.</summary>
    /// <param name="row">D floats.</param>
    /// <param name="buffer">D floats to work with.</param>
    public void Apply(Span<float> row, Span<float> buffer)
    {
        row.CopyTo(buffer);
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = System.Numerics.Tensors.TensorPrimitives.Dot(Forward.AsSpan(i * row.Length, row.Length), buffer);
        }
    }

    private static int DimensionOf(VocabularyMoments moments) => (int)Math.Sqrt(moments.Embedding.Length);

    private static double Trace(double[] matrix, int dimension)
    {
        double trace = 0;
        for (int j = 0; j < dimension; j++)
        {
            trace += matrix[(j * dimension) + j];
        }

        return trace;
    }

    private static Tensor Matrix(double[] values, int dimension) => tensor(values).view(dimension, dimension);

    private static float[] Floats(Tensor matrix) => matrix.to(ScalarType.Float32).contiguous().data<float>().ToArray();
}
