using System.Text;

namespace Taper.Embeddings.Tests.Weights;

/// <summary>Writes pickles opcode by opcode; names of Python in the way of protocol 2 or of protocol 4.</summary>
internal sealed class PickleWriter(byte protocol)
{
    private readonly List<byte> bytes = [0x80, protocol];

    public byte[] End() => [.. bytes, (byte)'.'];

    public PickleWriter Raw(params byte[] code)
    {
        bytes.AddRange(code);
        return this;
    }

    public PickleWriter Raw(string code) => Raw(Encoding.Latin1.GetBytes(code));

    public PickleWriter Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return protocol >= 4 && utf8.Length < 256
            ? Raw([0x8c, (byte)utf8.Length, .. utf8])
            : Raw([(byte)'X', .. BitConverter.GetBytes(utf8.Length), .. utf8]);
    }

    public PickleWriter Int(long value) => value switch
    {
        >= 0 and < 1 << 8 => Raw((byte)'K', (byte)value),
        >= 0 and < 1 << 16 => Raw([(byte)'M', .. BitConverter.GetBytes((ushort)value)]),
        >= int.MinValue and <= int.MaxValue => Raw([(byte)'J', .. BitConverter.GetBytes((int)value)]),
        _ => Raw([0x8a, 8, .. BitConverter.GetBytes(value)]),
    };

    public PickleWriter Global(string module, string name) => protocol >= 4
        ? Text(module).Text(name).Raw(0x93)
        : Raw($"c{module}\n{name}\n");

    public PickleWriter Numbers(IEnumerable<long> values)
    {
        Raw("(");
        foreach (long value in values)
        {
            Int(value);
        }

        return Raw("t");
    }

    /// <summary>A tensor as torch describes it.</summary>
    public PickleWriter Tensor(TorchTensor tensor) =>
        Global("torch._utils", "_rebuild_tensor_v2")
            .Raw("(").Raw("(").Text("storage").Global("torch", tensor.StorageType).Text(tensor.Key).Text("cpu").Int(tensor.StorageCount).Raw("tQ")
            .Int(tensor.First).Numbers(tensor.Sizes).Numbers(tensor.Strides).Raw(0x89)
            .Global("collections", "OrderedDict").Raw(")R").Raw("tR");

    /// <summary>A state dict as torch writes it: an ordered dictionary, with the attribute _metadata.</summary>
    public PickleWriter StateDict(params TorchTensor[] tensors)
    {
        Global("collections", "OrderedDict").Raw(")R").Raw("(");
        foreach (TorchTensor tensor in tensors)
        {
            Text(tensor.Name).Tensor(tensor);
        }

        Raw("u");
        return Raw("}").Text("_metadata").Global("collections", "OrderedDict").Raw(")R")
            .Raw("(").Text("").Raw("}").Text("version").Int(1).Raw("s").Raw("u").Raw("sb");
    }
}
