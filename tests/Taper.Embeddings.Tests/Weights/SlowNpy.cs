using System.Text;

namespace Taper.Embeddings.Tests.Weights;

/// <summary>Writes .npy files as numpy does.</summary>
internal static class SlowNpy
{
    public static byte[] File(string descriptor, IEnumerable<int> shape, byte[] payload) => File(
        $"{{'descr': '{descriptor}', 'fortran_order': False, 'shape': ({string.Concat(shape.Select(s => $"{s}, "))}), }}", payload);

    public static byte[] File(string header, byte[] payload, byte version = 1)
    {
        int lengthBytes = version == 1 ? 2 : 4;
        int start = (8 + lengthBytes + header.Length + 1 + 63) / 64 * 64;
        string padded = header.PadRight(start - 8 - lengthBytes - 1) + "\n";
        return
        [
            0x93, .. "NUMPY"u8, version, 0, .. BitConverter.GetBytes(padded.Length)[..lengthBytes], .. Encoding.UTF8.GetBytes(padded), .. payload,
        ];
    }
}
