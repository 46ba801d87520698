namespace Taper.Server.Protocols.Tensors;

/// <summary>What the JSON of a request says of an input tensor.</summary>
internal sealed class TensorHeader
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its datatype.</summary>
    public string Datatype { get; set; } = "";

    /// <summary>Its shape.</summary>
    public List<long> Shape { get; } = [];

    /// <summary>Where its elements begin: in the JSON, or in the bytes behind it.</summary>
    public int Start { get; set; }

    /// <summary>How long its JSON array of elements is.</summary>
    public int Length { get; set; }

    /// <summary>How many bytes behind the JSON are its elements; null: they are in the JSON.</summary>
    public int? BinarySize { get; set; }
}
