namespace Taper.Server.Protocols.Tensors;

/// <summary>What an input tensor says of its field.</summary>
internal enum TensorRole
{
    /// <summary>A value for each row.</summary>
    Rows,

    /// <summary>The values of a multi-valued field, those of all rows one after another: <c>field.values</c>.</summary>
    Values,

    /// <summary>How many of the values belong to each row: <c>field.lengths</c>.</summary>
    Lengths,
}
