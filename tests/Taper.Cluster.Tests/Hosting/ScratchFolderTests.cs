using Taper.Cluster.Hosting;

namespace Taper.Cluster.Tests.Hosting;

/// <summary>Scratch folders go with whoever needs them.</summary>
public sealed class ScratchFolderTests
{
    [Fact]
    public void One_that_is_needed_stays_and_what_a_killed_process_has_left_goes()
    {
        using var needed = new ScratchFolder();
        File.WriteAllText(Path.Combine(needed.Path, "part"), "needed");
        string left = Directory.CreateTempSubdirectory("taper-scratch-").FullName;
        File.WriteAllText(Path.Combine(left, "lock"), "");
        File.WriteAllText(Path.Combine(left, "part"), "left");
        ScratchFolder.RemoveLeftovers();
        Assert.False(Directory.Exists(left));
        Assert.Equal("needed", File.ReadAllText(Path.Combine(needed.Path, "part")));
    }

    [Fact]
    public void It_is_gone_when_it_is_disposed_of()
    {
        string path;
        using (var scratch = new ScratchFolder())
        {
            path = scratch.Path;
            Assert.True(Directory.Exists(path));
        }

        Assert.False(Directory.Exists(path));
    }
}
