using System.Collections.Frozen;
using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Weights;

/// <summary>
/// The names of Python that a state dict's pickle needs, and no others. None is resolved to anything that runs: a
/// storage's type stands for the type of its elements.
/// </summary>
internal static class PickleGlobals
{
    private static readonly FrozenDictionary<(string Module, string Name), object> Known = new Dictionary<(string, string), object>
    {
        [("collections", "OrderedDict")] = PickleGlobal.OrderedDict,
        [("torch._utils", "_rebuild_tensor_v2")] = PickleGlobal.RebuildTensor,
        [("torch._utils", "_rebuild_parameter")] = PickleGlobal.RebuildParameter,
        [("torch", "DoubleStorage")] = SafetensorsDtype.F64,
        [("torch", "FloatStorage")] = SafetensorsDtype.F32,
        [("torch", "HalfStorage")] = SafetensorsDtype.F16,
        [("torch", "BFloat16Storage")] = SafetensorsDtype.BF16,
        [("torch", "LongStorage")] = SafetensorsDtype.I64,
        [("torch", "IntStorage")] = SafetensorsDtype.I32,
        [("torch", "ShortStorage")] = SafetensorsDtype.I16,
        [("torch", "CharStorage")] = SafetensorsDtype.I8,
        [("torch", "ByteStorage")] = SafetensorsDtype.U8,
        [("torch", "BoolStorage")] = SafetensorsDtype.Bool,
    }.ToFrozenDictionary();

    /// <summary>What the name stands for: a <see cref="PickleGlobal"/> or a <see cref="SafetensorsDtype"/>.</summary>
    /// <exception cref="FormatException">Any other name.</exception>
    public static object Find(string module, string name) =>
        Known.TryGetValue((module, name), out object? found)
            ? found
            : throw new FormatException($"its pickle asks for {Quoted.Of($"{module}.{name}")}, which is refused and was not run");
}
