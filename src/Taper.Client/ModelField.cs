namespace Taper.Client;

/// <summary>A field of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Datatype">The Open Inference Protocol's datatype: BYTES for categorical and multi-valued fields, FP64 for numbers.</param>
public sealed record ModelField(string Name, string Datatype);
