namespace Taper.EndToEnd.Tests;

/// <summary>Input that cannot be used is refused with one line and the right exit code, and nothing is overwritten.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly Workspace _space = new();

    public void Dispose() => _space.Dispose();

    [Fact]
    public async Task A_missing_column_is_named()
    {
        _space.Write("data.yaml", Workspace.DataYaml().Replace("name: item}", "name: article}", StringComparison.Ordinal));
        (await Prepare()).Refused(3, "raw.csv", "article");
        AssertNothingWritten();
    }

    [Fact]
    public async Task An_unknown_key_of_the_data_is_named_with_the_nearest_known_one()
    {
        _space.Write("data.yaml", Workspace.DataYaml().Replace("separator:", "seperator:", StringComparison.Ordinal));
        (await Prepare()).Refused(2, "data.yaml", "seperator", "separator");
        AssertNothingWritten();
    }

    [Fact]
    public async Task An_unknown_section_is_named()
    {
        _space.Write("data.yaml", Workspace.DataYaml("trainning: {epochs: 1}"));
        (await Prepare()).Refused(2, "trainning", "training");
    }

    [Fact]
    public async Task An_unknown_key_of_a_run_is_named()
    {
        await _space.PrepareAsync();
        (await _space.Taper("train", "run.yaml", "--data", "data", "--out", "run", "--set", "training.bach_size=8"))
            .Refused(2, "bach_size", "batch_size");
        Assert.False(Directory.Exists(_space.At("run")));
    }

    [Fact]
    public async Task An_empty_file_is_named()
    {
        _space.Write("raw.csv", "");
        (await Prepare()).Refused(3, "raw.csv", "empty");
        AssertNothingWritten();
    }

    [Fact]
    public async Task A_missing_file_is_named()
    {
        File.Delete(_space.At("raw.csv"));
        (await Prepare()).Refused(3, "raw.csv");
        AssertNothingWritten();
    }

    [Fact]
    public async Task A_label_that_is_not_0_or_1_is_named_with_its_place()
    {
        Append("u1,i1,t1,0.5,2\n");
        (await Prepare()).Refused(3, "label", "2");
        AssertNothingWritten();
    }

    [Fact]
    public async Task A_row_with_too_few_columns_is_named_with_its_place()
    {
        Append("u1,i1\n");
        (await Prepare()).Refused(3, "raw.csv", "3002");
        AssertNothingWritten();
    }

    [Fact]
    public async Task Invalid_utf8_is_named()
    {
        using (FileStream raw = new(_space.At("raw.csv"), FileMode.Append))
        {
            raw.Write("u1,i"u8);
            raw.Write([0xc3, 0x28]);
            raw.Write(",t1,0.5,1\n"u8);
        }

        (await Prepare()).Refused(3, "raw.csv");
        AssertNothingWritten();
    }

    [Fact]
    public async Task A_split_without_positives_is_named()
    {
        _space.Write("raw.csv", Workspace.Header + "\n" + string.Concat(Enumerable.Range(0, 300).Select(i => $"u{i % 20},i{i},t1,0.5,0\n")));
        (await Prepare()).Refused(3, "positive");
        AssertNothingWritten();
    }

    [Fact]
    public async Task Failing_to_prepare_leaves_an_earlier_dataset_as_it_was()
    {
        await _space.PrepareAsync();
        string before = await File.ReadAllTextAsync(_space.At("data", "dataset.json"), TestContext.Current.CancellationToken);
        Append("u1,i1,t1,0.5,7\n");
        (await _space.Taper("prepare", "data.yaml", "--out", "data", "-q")).Refused(3);
        Assert.Equal(before, await File.ReadAllTextAsync(_space.At("data", "dataset.json"), TestContext.Current.CancellationToken));
        (await _space.Taper("inspect", "data")).Succeeded();
    }

    [Fact]
    public async Task A_dataset_of_a_newer_version_is_refused()
    {
        await _space.PrepareAsync();
        string path = _space.At("data", "dataset.json");
        string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(path, NewerVersion.Of(text), TestContext.Current.CancellationToken);
        (await _space.Taper("train", "run.yaml", "--data", "data", "--out", "run")).Refused(3, "dataset.json", "99");
        Assert.False(Directory.Exists(_space.At("run")));
    }

    [Fact]
    public async Task A_flipped_byte_of_a_dataset_is_refused_with_its_file()
    {
        await _space.PrepareAsync();
        FlippedByte.In(_space.At("data", "train", "label.npy"));
        (await _space.Taper("train", "run.yaml", "--data", "data", "--out", "run")).Refused(3, "label.npy");
    }

    [Fact]
    public async Task A_run_is_not_overwritten()
    {
        await _space.PrepareAsync();
        await _space.TrainAsync("run");
        string before = await File.ReadAllTextAsync(_space.At("run", "result.json"), TestContext.Current.CancellationToken);
        (await _space.Taper("train", "run.yaml", "--data", "data", "--out", "run")).Refused(2, "--resume", "--force");
        Assert.Equal(before, await File.ReadAllTextAsync(_space.At("run", "result.json"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_stack_trace_is_shown_only_when_asked_for()
    {
        Outcome outcome = await _space.Taper("prepare", "data.yaml", "--out", "data", "--set", "data.nmae=x", "--verbose");
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("   at Taper.", outcome.Error, StringComparison.Ordinal);
    }

    private Task<Outcome> Prepare() => _space.Taper("prepare", "data.yaml", "--out", "data", "-q");

    private void Append(string row) => File.AppendAllText(_space.At("raw.csv"), row);

    private void AssertNothingWritten() => Assert.DoesNotContain(
        Directory.EnumerateFileSystemEntries(_space.Folder), path => Path.GetFileName(path).StartsWith("data", StringComparison.Ordinal)
            && Path.GetFileName(path) != "data.yaml");
}
