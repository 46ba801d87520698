namespace Taper.EndToEnd.Tests;

/// <summary>Damages a file as a bad disk would.</summary>
public static class FlippedByte
{
    /// <summary>Flips all bits of the byte in the middle.</summary>
    public static void In(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 0xff;
        File.WriteAllBytes(path, bytes);
    }
}
