using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

// MSBuild compiles this file against netstandard2.0 (RoslynCodeTaskFactory), so the language is C# 7.3 here.

/// <summary>
/// Copies a 64-bit little-endian ELF library and marks one of its symbol version needs as weak in the copy.
/// LibtorchCompat.targets says what for. Source is only read; Destination appears whole or not at all.
/// </summary>
public sealed class WeakenVersionNeed : Task
{
    private const uint SectionVersionNeed = 0x6ffffffe; // SHT_GNU_verneed
    private const byte FlagWeak = 2;                    // VER_FLG_WEAK

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    /// <summary>The symbol version, such as GLIBCXX_3.4.32. A library that does not need it is copied as it is.</summary>
    [Required]
    public string Version { get; set; }

    public override bool Execute()
    {
        byte[] elf = File.ReadAllBytes(Source);
        if (elf.Length < 64 || U32(elf, 0) != 0x464c457f || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogError("{0} is not a 64-bit little-endian ELF library; restore the TorchSharp package again.", Source);
            return false;
        }

        Weaken(elf);

        // Written beside and renamed: a hard link that stands at Destination keeps its own bytes.
        Directory.CreateDirectory(Path.GetDirectoryName(Destination));
        string beside = Destination + "." + Guid.NewGuid().ToString("N");
        File.WriteAllBytes(beside, elf);
        File.Delete(Destination);
        File.Move(beside, Destination);
        return true;
    }

    private void Weaken(byte[] elf)
    {
        long sections = I64(elf, 0x28);
        int sectionSize = U16(elf, 0x3a), sectionCount = U16(elf, 0x3c);
        for (int i = 0; i < sectionCount; i++)
        {
            int section = (int)(sections + (i * sectionSize));
            if (U32(elf, section + 4) == SectionVersionNeed)
            {
                int names = (int)I64(elf, (int)(sections + (U32(elf, section + 40) * sectionSize)) + 24);
                WeakenIn(elf, need: (int)I64(elf, section + 24), needCount: (int)U32(elf, section + 44), names);
            }
        }
    }

    /// <summary>Walks the needs (Elf64_Verneed, one a library) and their versions (Elf64_Vernaux).</summary>
    private void WeakenIn(byte[] elf, int need, int needCount, int names)
    {
        for (int i = 0; i < needCount; i++, need += (int)U32(elf, need + 12))
        {
            int version = need + (int)U32(elf, need + 8);
            for (int left = U16(elf, need + 2); left > 0; left--, version += (int)U32(elf, version + 12))
            {
                int name = names + (int)U32(elf, version + 8);
                if (Encoding.ASCII.GetString(elf, name, Array.IndexOf(elf, (byte)0, name) - name) == Version)
                {
                    elf[version + 4] |= FlagWeak;
                }
            }
        }
    }

    private static int U16(byte[] elf, int at) { return BitConverter.ToUInt16(elf, at); }

    private static uint U32(byte[] elf, int at) { return BitConverter.ToUInt32(elf, at); }

    private static long I64(byte[] elf, int at) { return BitConverter.ToInt64(elf, at); }
}
