using Taper.Embeddings.Storage;

namespace Taper.Embeddings.Tests.Storage;

public sealed class AtomicTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();

    [Fact]
    public void A_file_is_made_and_replaced()
    {
        string path = temporary["inner/a.txt"];
        AtomicFile.Write(path, stream => stream.Write("one"u8));
        AtomicFile.Write(path, stream => stream.Write("2"u8));
        Assert.Equal("2", File.ReadAllText(path));
        Assert.Single(Directory.GetFileSystemEntries(temporary["inner"]));
    }

    [Fact]
    public void A_file_stays_when_its_writer_throws()
    {
        AtomicFile.Write(temporary["a.txt"], stream => stream.Write("good"u8));
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(temporary["a.txt"], stream =>
        {
            stream.Write("bad"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("good", File.ReadAllText(temporary["a.txt"]));
        Assert.Equal(["a.txt"], temporary.Entries);
    }

    [Fact]
    public void A_folder_is_made_and_replaced_as_a_whole()
    {
        Write("bundle", "one.txt");
        AtomicFolder.Write(temporary["bundle"] + "/", folder =>
        {
            Assert.True(File.Exists(temporary["bundle/one.txt"]));
            Directory.CreateDirectory(Path.Combine(folder, "deep"));
            File.WriteAllText(Path.Combine(folder, "deep/two.txt"), "2");
        });
        Assert.Equal(["bundle"], temporary.Entries);
        Assert.False(File.Exists(temporary["bundle/one.txt"]));
        Assert.Equal("2", File.ReadAllText(temporary["bundle/deep/two.txt"]));
    }

    [Fact]
    public void A_folder_stays_when_its_writer_throws()
    {
        Write("bundle", "one.txt");
        Assert.Throws<InvalidOperationException>(() => AtomicFolder.Write(temporary["bundle"], folder =>
        {
            File.WriteAllText(Path.Combine(folder, "half.txt"), "");
            throw new InvalidOperationException();
        }));
        Assert.Equal(["bundle"], temporary.Entries);
        Assert.True(File.Exists(temporary["bundle/one.txt"]));
    }

    [Fact]
    public void What_a_killed_writer_left_is_cleared_away()
    {
        Write("bundle", "one.txt");
        Directory.CreateDirectory(temporary["bundle.tmp-dead"]);
        Directory.CreateDirectory(temporary["bundle.old-dead"]);
        Directory.CreateDirectory(temporary["other.tmp-alive"]);
        Write("bundle", "two.txt");
        Assert.Equal(["bundle", "other.tmp-alive"], temporary.Entries);
    }

    [Fact]
    public void A_swap_that_was_killed_half_way_is_undone_before_a_writer_that_fails()
    {
        Write("bundle", "one.txt");
        Directory.Move(temporary["bundle"], temporary["bundle.old-dead"]);
        Assert.Throws<InvalidOperationException>(
            () => AtomicFolder.Write(temporary["bundle"], _ => throw new InvalidOperationException()));
        Assert.True(File.Exists(temporary["bundle/one.txt"]));
        Assert.Equal(["bundle"], temporary.Entries);
    }

    [Fact]
    public void A_second_writer_is_refused() => AtomicFolder.Write(
        temporary["bundle"],
        _ => Assert.Throws<ArtifactException>(() => AtomicFolder.Write(temporary["bundle"], _ => { })));

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_refused()
    {
        File.WriteAllText(temporary["bundle"], "precious");
        Assert.Throws<ArtifactException>(() => AtomicFolder.Write(temporary["bundle"], _ => { }));
        Assert.Equal("precious", File.ReadAllText(temporary["bundle"]));
    }

    [Fact]
    public void A_checksum_notices_a_changed_byte_and_a_missing_file()
    {
        File.WriteAllText(temporary["a"], "");
        Assert.Equal("xxh128:99aa06d3014798d86001c324468d497f", Checksum.OfFile(temporary["a"]));
        string checksum = Checksum.OfFile(temporary["a"]);
        Checksum.Verify(temporary["a"], checksum);
        File.WriteAllText(temporary["a"], "x");
        Assert.Throws<ArtifactException>(() => Checksum.Verify(temporary["a"], checksum));
        Assert.Throws<ArtifactException>(() => Checksum.OfFile(temporary["none"]));
        Assert.Throws<ArtifactException>(() => Checksum.OfFile(temporary["no/folder"]));
    }

    public void Dispose() => temporary.Dispose();

    private void Write(string name, string file) =>
        AtomicFolder.Write(temporary[name], folder => File.WriteAllText(Path.Combine(folder, file), ""));
}
