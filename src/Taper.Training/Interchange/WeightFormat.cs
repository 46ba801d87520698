namespace Taper.Training.Interchange;

/// <summary>What the weights of a trained model are written as for other programs.</summary>
public enum WeightFormat
{
    /// <summary>One safetensors file of tables and network.</summary>
    Safetensors,

    /// <summary>An .npy file for each table, and a safetensors file of the network.</summary>
    Npy,

    /// <summary>A Parquet file for each table with values and embeddings, and a safetensors file of the network.</summary>
    Parquet,
}
