namespace Taper.Cluster;

/// <summary>Bits of a number of an embedding, or of its gradient, between machines.</summary>
public enum WirePrecision
{
    /// <summary>32-bit floats: nothing is lost.</summary>
    Fp32,

    /// <summary>16-bit floats: half the bytes; gradients below 6e-8 are lost.</summary>
    Fp16,
}
