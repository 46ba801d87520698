using System.Text;
using Taper.Embeddings.Features;
using Taper.Embeddings.Storage;

namespace Taper.Data.Tests;

public sealed class DatasetTests
{
    private static readonly string Rows = "label,u,t,x\n" + string.Concat(
        Enumerable.Range(0, 3_000).Select(row => $"{row % 2},u{row * row % 101},a{row % 7}|b{row % 11},{row % 13 * 0.7}\n"));

    private static DataConfig Config => Workspace.OneFile(
        "a.csv",
        new FieldConfig { Name = "u" },
        new FieldConfig { Name = "t/../t", Column = "t", Kind = FieldKind.MultiValued },
        new FieldConfig { Name = "x", Kind = FieldKind.Numeric },
        new FieldConfig { Name = "label", Column = "x", Kind = FieldKind.Bucketed }) with
    {
        Split = new SplitConfig { Hash = new HashSplit { Columns = ["u", "t"] } },
    };

    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        using Workspace work = new();
        work.Write("a.csv", Rows);
        work.Build(Config);
        IReadOnlyList<string> first = Workspace.Bytes(work.Out);
        work.Build(Config with { Threads = 1, MemoryLimit = "100MB" });
        Assert.Equal(first, Workspace.Bytes(work.Out));

        using Workspace elsewhere = new();
        elsewhere.Write("a.csv", Rows);
        elsewhere.Build(Config);
        Assert.Equal(first, Workspace.Bytes(elsewhere.Out));
    }

    [Fact]
    public void Another_input_gives_another_fingerprint()
    {
        using Workspace work = new();
        work.Write("a.csv", Rows);
        using Dataset one = work.BuildAndOpen(Config);
        work.Write("a.csv", Rows.Replace("u1,", "u2,", StringComparison.Ordinal));
        work.Build(Config, work.Out + "2");
        using Dataset two = Dataset.Open(work.Out + "2");
        Assert.NotEqual(one.Fingerprint, two.Fingerprint);
        Assert.Equal(one.Fingerprint, Checksum.OfFile(Path.Combine(work.Out, "dataset.json")));
    }

    [Fact]
    public void The_manifest_says_all()
    {
        using Workspace work = new();
        work.Write("a.csv", Rows);
        DatasetSummary summary = work.Build(Config);
        using Dataset dataset = Dataset.Open(work.Out);
        Assert.Equal(["train", "validation", "test"], dataset.SplitNames);
        Assert.Equal(3_000, summary.Splits.Sum(split => split.Rows));
        Assert.Equal(summary.Splits, dataset.Manifest.Splits);
        Assert.Equal("a.csv", dataset.Manifest.Config.Sources[0].Path);
        Assert.Equal(FieldKind.MultiValued, dataset.Fields[1].Kind);
        Assert.Equal("t/../t", dataset.Fields[1].Name);
        Assert.Equal("t/../t", dataset.Vocabularies[1].Name);
        Assert.All(
            Directory.EnumerateFiles(work.Out, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(work.Out, path).Replace('\\', '/')),
            file => Assert.True(file == "dataset.json" || dataset.Manifest.Files.Any(entry => entry.Path == file), file));
        Assert.InRange(summary.Fields[0].TopShare, 0.009, 0.05);
    }

    [Fact]
    public void An_altered_file_is_refused_by_name()
    {
        using Workspace work = new();
        work.Write("a.csv", Rows);
        work.Build(Config);
        foreach (string file in Directory.GetFiles(work.Out, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("dataset.json", StringComparison.Ordinal)))
        {
            byte[] bytes = File.ReadAllBytes(file);
            foreach (int at in (int[])[0, bytes.Length / 2, bytes.Length - 1])
            {
                bytes[at] ^= 1;
                File.WriteAllBytes(file, bytes);
                Assert.Contains(file, Assert.Throws<ArtifactException>(() => Dataset.Open(work.Out)).Message, StringComparison.Ordinal);
                bytes[at] ^= 1;
            }

            File.Delete(file);
            Assert.Contains(file, Assert.Throws<ArtifactException>(() => Dataset.Open(work.Out)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(file, bytes);
        }

        Dataset.Open(work.Out).Dispose();
    }

    [Theory]
    [InlineData("\"format_version\": 1", "\"format_version\": 2", "format version 2")]
    [InlineData("\"format_version\": 1,", "", "damaged")]
    [InlineData("{", "[", "damaged")]
    [InlineData("\"name\": \"dataset\",", "", "damaged")]
    [InlineData("categorical", "psychic", "damaged")]
    [InlineData("\"name\": \"dataset\"", "\"name\": \"Dataset\"", "altered")]
    [InlineData("xxh128:", "xxh129:", "altered")]
    public void A_manifest_of_another_version_or_damaged_is_refused(string what, string by, string says)
    {
        using Workspace work = new();
        work.Write("a.csv", Rows);
        work.Build(Config);
        string path = Path.Combine(work.Out, "dataset.json");
        string text = File.ReadAllText(path);
        int at = text.IndexOf(what, StringComparison.Ordinal);
        File.WriteAllText(path, string.Concat(text.AsSpan(0, at), by, text.AsSpan(at + what.Length)));
        string message = Assert.Throws<ArtifactException>(() => Dataset.Open(work.Out)).Message;
        Assert.Contains(says, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Any_flipped_bit_of_the_manifest_is_noticed()
    {
        using Workspace work = new();
        work.Write("a.csv", Rows);
        work.Build(Config);
        string path = Path.Combine(work.Out, "dataset.json");
        byte[] bytes = File.ReadAllBytes(path);
        for (int at = 0; at < bytes.Length; at += 5)
        {
            bytes[at] ^= (byte)(1 << (at % 8));
            File.WriteAllBytes(path, bytes);
            Assert.Throws<ArtifactException>(() => Dataset.Open(work.Out));
            bytes[at] ^= (byte)(1 << (at % 8));
        }
    }

    [Fact]
    public void A_folder_that_is_no_dataset_and_a_split_that_is_not_there_are_refused()
    {
        using Workspace work = new();
        Assert.Throws<ArtifactException>(() => Dataset.Open(work.Folder));
        work.Write("a.csv", Rows);
        using Dataset dataset = work.BuildAndOpen(Config with { Split = new SplitConfig { Files = new FilesSplit { Train = "all" } } });
        Assert.Contains("validation", Assert.Throws<ArtifactException>(() => dataset.Split("validation")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_counts_up_to_its_total()
    {
        using Workspace work = new();
        work.Write("a.csv", Rows);
        Recorder recorder = new();
        DatasetBuilder.Build(Config, work.Folder, work.Out, recorder, TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(0, recorder.Seen.Count), recorder.Seen.Select(step => step.Done));
        Assert.All(recorder.Seen, step => Assert.Equal(recorder.Seen.Count, step.Total));
    }

    [Fact]
    public void A_config_file_says_the_same()
    {
        using Workspace work = new();
        string path = work.Write("config.yaml", """
            data:
              name: example
              sources:
                - {name: all, path: "${NOWHERE:-.}/a.csv", delimiter: ","}
              label: label = 1
              fields:
                - {name: u, min_count: 2, max_vocabulary: 50}
                - {name: tags, column: t, kind: multi_valued, separator: "|", pooling: sum, vocabulary: tag}
                - {name: x, kind: numeric}
              split:
                hash: {columns: [u, t], seed: 3, validation: 0.2, test: 0.1}
            """);
        work.Write("a.csv", Rows);
        DataConfig config = Configuration.ConfigDocument.Load(path, [], new Dictionary<string, string>()).Bind<DataConfig>("data");
        work.Build(config);
        using Dataset dataset = Dataset.Open(work.Out);
        Assert.Equal("example", dataset.Manifest.Name);
        Assert.Equal(52, dataset.Vocabularies[0].Size);
        Assert.Equal("tag", dataset.Fields[1].Vocabulary);
        Assert.Equal(Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(work.Out, "dataset.json"))).Contains("\"pooling\": \"sum\"", StringComparison.Ordinal), dataset.Fields[1].Pooling == Pooling.Sum);
    }

    private sealed class Recorder : IProgress<PreparingProgress>
    {
        public List<PreparingProgress> Seen { get; } = [];

        public void Report(PreparingProgress value) => Seen.Add(value);
    }
}
