namespace Taper.Models;

/// <summary>How a bundle stores the numbers of its embedding rows.</summary>
public enum Precision
{
    /// <summary>32-bit floats: exactly what was trained.</summary>
    Fp32,

    /// <summary>16-bit floats: 11 significant bits, half the memory.</summary>
    Fp16,

    /// <summary>8-bit integers times a scale of each dimension: a quarter of the memory.</summary>
    Int8,
}
