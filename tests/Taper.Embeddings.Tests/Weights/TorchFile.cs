using System.Text;

namespace Taper.Embeddings.Tests.Weights;

/// <summary>A zip archive as PyTorch's writer lays it: stored records, aligned to 64 bytes by an extra field, zip64 at the end.</summary>
internal sealed class TorchFile
{
    private readonly List<byte> bytes = [];
    private readonly List<byte> directory = [];
    private ushort count;

    /// <summary>Whether sizes and offsets of records stand in zip64 fields, as in files above 4 GiB.</summary>
    public bool Large { get; init; }

    /// <summary>The archive of a pickle and its storages.</summary>
    public static byte[] Of(byte[] pickle, params (string Key, byte[] Bytes)[] storages)
    {
        TorchFile file = new();
        file.Add("model/data.pkl", pickle);
        file.Add("model/.format_version", "1"u8.ToArray());
        file.Add("model/byteorder", "little"u8.ToArray());
        foreach ((string key, byte[] storage) in storages)
        {
            file.Add($"model/data/{key}", storage);
        }

        file.Add("model/version", "3\n"u8.ToArray());
        return file.End();
    }

    public TorchFile Add(string name, byte[] record, ushort method = 0)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        int start = bytes.Count;
        int padding = (64 - ((start + 30 + utf8.Length + 4) % 64)) % 64;
        uint size = Large ? uint.MaxValue : (uint)record.Length;
        byte[] common = [0, 0, 0, 0, .. Short(method), 0, 0, 0, 0, 0, 0, 0, 0, .. Int(size), .. Int(size), .. Short((ushort)utf8.Length)];
        bytes.AddRange([.. "PK\u0003\u0004"u8, .. common, .. Short((ushort)(padding + 4)), .. utf8]);
        bytes.AddRange([.. "FB"u8, .. Short((ushort)padding), .. new byte[padding], .. record]);
        byte[] extra = Large
            ? [9, 9, 1, 0, 7, 1, 0, 24, 0, .. Long(record.Length), .. Long(record.Length), .. Long(start)]
            : [];
        directory.AddRange([.. "PK\u0001\u0002"u8, 0, 0, .. common, .. Short((ushort)extra.Length), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        directory.AddRange([.. Int(Large ? uint.MaxValue : (uint)start), .. utf8, .. extra]);
        count++;
        return this;
    }

    public byte[] End()
    {
        int start = bytes.Count;
        int large = start + directory.Count;
        return
        [
            .. bytes, .. directory,
            .. "PK\u0006\u0006"u8, .. Long(44), 45, 0, 45, 0, .. new byte[8], .. Long(count), .. Long(count),
            .. Long(directory.Count), .. Long(start),
            .. "PK\u0006\a"u8, 0, 0, 0, 0, .. Long(large), 1, 0, 0, 0,
            .. "PK\u0005\u0006"u8, 0, 0, 0, 0, .. Short(count), .. Short(Large ? ushort.MaxValue : count),
            .. Int((uint)directory.Count), .. Int(Large ? uint.MaxValue : (uint)start), 0, 0,
        ];
    }

    private static byte[] Short(ushort value) => BitConverter.GetBytes(value);

    private static byte[] Int(uint value) => BitConverter.GetBytes(value);

    private static byte[] Long(long value) => BitConverter.GetBytes(value);
}
