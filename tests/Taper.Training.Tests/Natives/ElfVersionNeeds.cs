using System.Buffers.Binary;
using System.Text;

namespace Taper.Training.Tests.Natives;

/// <summary>Reads the symbol versions that an ELF library asks of others, through the dynamic section as the loader does.</summary>
internal static class ElfVersionNeeds
{
    /// <summary>One line a version: its name, and " weak" where the flag is set.</summary>
    public static IEnumerable<string> Of(byte[] elf)
    {
        long headers = I64(elf, 0x20), size = U16(elf, 0x36), count = U16(elf, 0x38);
        var segments = Enumerable.Range(0, (int)count).Select(i => headers + (i * size)).ToArray();
        long FileOffset(long address) => segments
            .Where(s => U32(elf, s) == 1 && address >= I64(elf, s + 16) && address < I64(elf, s + 16) + I64(elf, s + 32))
            .Select(s => address - I64(elf, s + 16) + I64(elf, s + 8)).First();

        long dynamic = I64(elf, segments.First(s => U32(elf, s) == 2) + 8);
        var entries = new Dictionary<long, long>();
        for (; I64(elf, dynamic) != 0; dynamic += 16)
        {
            entries.TryAdd(I64(elf, dynamic), I64(elf, dynamic + 8));
        }

        long names = FileOffset(entries[5]), need = FileOffset(entries[0x6ffffffe]);
        for (long left = entries[0x6fffffff]; left > 0; left--, need += U32(elf, need + 12))
        {
            long version = need + U32(elf, need + 8);
            for (int versions = U16(elf, need + 2); versions > 0; versions--, version += U32(elf, version + 12))
            {
                int start = (int)(names + U32(elf, version + 8));
                string name = Encoding.ASCII.GetString(elf.AsSpan(start, elf.AsSpan(start).IndexOf((byte)0)));
                yield return name + ((U16(elf, version + 4) & 2) != 0 ? " weak" : "");
            }
        }
    }

    private static ushort U16(byte[] elf, long at) => BinaryPrimitives.ReadUInt16LittleEndian(elf.AsSpan((int)at));

    private static uint U32(byte[] elf, long at) => BinaryPrimitives.ReadUInt32LittleEndian(elf.AsSpan((int)at));

    private static long I64(byte[] elf, long at) => BinaryPrimitives.ReadInt64LittleEndian(elf.AsSpan((int)at));
}
