using System.Diagnostics;

namespace Taper.EndToEnd.Tests;

/// <summary>A disk that fills up on the way: one line says so, and what was there stays.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly Workspace _space = new();
    private bool _mounted;

    public void Dispose()
    {
        if (_mounted)
        {
            Runs("umount", "--lazy", _space.At("small"));
        }

        _space.Dispose();
    }

    [Fact]
    public async Task What_was_there_stays()
    {
        Directory.CreateDirectory(_space.At("small"));
        _mounted = OperatingSystem.IsLinux() && Runs("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", _space.At("small"));
        Assert.SkipUnless(_mounted, "only an administrator of a Linux may mount a small disk");
        await _space.PrepareAsync();
        await _space.TrainAsync("run");
        (await _space.Taper("prepare", "data.yaml", "--out", "small/data")).Succeeded();
        (await _space.Taper("export", "run", "--out", "small/bundle")).Succeeded();
        _space.Write("small/scores.csv", "old");
        Fill();
        string[] before = Everything();

        await Refused("prepare", "data.yaml", "--out", "small/data");
        await Refused("export", "run", "--out", "small/bundle");
        await Refused("predict", "small/bundle", "--input", "raw.csv", "--out", "small/scores.csv");
        await Refused("train", "run.yaml", "--data", "data", "--out", "small/run");
        if (Directory.Exists(_space.At("small", "run")))
        {
            Directory.Delete(_space.At("small", "run"), recursive: true);
        }

        Assert.Equal(before, Everything());
        (await _space.Taper("evaluate", "small/bundle", "--data", "small/data")).Succeeded();
    }

    private async Task Refused(params string[] arguments) =>
        (await _space.Taper([.. arguments, "-q"])).Refused(3, "No space left on device", "small");

    private void Fill()
    {
        using FileStream filler = File.Create(_space.At("small", "filler"));
        byte[] page = new byte[4096];
        try
        {
            while (true)
            {
                filler.Write(page);
                filler.Flush();
            }
        }
        catch (IOException)
        {
            // full, as it should be
        }
    }

    private string[] Everything() =>
    [
        .. Directory.EnumerateFiles(_space.At("small"), "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(path => $"{path} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}"),
    ];

    private static bool Runs(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
