using CsCheck;
using Taper.Embeddings.Storage;

namespace Taper.Models.Tests;

/// <summary>Deltas make the bundle they were made of, byte for byte, or nothing.</summary>
public sealed class BundleDeltaTests
{
    [Theory]
    [InlineData(Precision.Fp32, RowLayout.Prefix, "dnn", 16)]
    [InlineData(Precision.Fp32, RowLayout.Prefix, "fm", 5)]
    [InlineData(Precision.Fp16, RowLayout.Prefix, "dnn", 40)]
    [InlineData(Precision.Int8, RowLayout.Prefix, "dnn", 16)]
    [InlineData(Precision.Fp32, RowLayout.Masked, "dnn", 11)]
    [InlineData(Precision.Int8, RowLayout.Masked, "fm", 16)]
    public void Applied_in_order_they_end_in_the_bytes_of_the_bundle(Precision precision, RowLayout layout, string network, int dimension) => Gen.Int.Sample(
        seed =>
        {
            using TemporaryFolder folder = new();
            EvolvingModel model = new(seed, dimension, layout, network);
            model.NextDay().Write(folder.At("0"), precision);
            string served = folder.At("0");
            for (int day = 1; day < 4; day++)
            {
                IReadOnlyDictionary<string, EvolvingModel.Row> before = model.Rows.ToDictionary();
                model.NextDay().Write(folder.At($"{day}"), precision);
                AssertTells(Delta(folder, day), before, model.Rows, isInt8: precision == Precision.Int8);
                Apply(folder.At($"d{day}"), served, folder.At("served"));
                served = folder.At("served");
                AssertSame(folder.At($"{day}"), served);
            }
        },
        iter: 10);

    [Fact]
    public void A_delta_holds_what_has_changed_alone()
    {
        using TemporaryFolder folder = new();
        using EvolvingBundles bundles = new(folder);
        BundleDelta.Write(folder.At("same"), bundles.First, bundles.First);
        DeltaManifest nothing = BundleDelta.Open(folder.At("same")).Manifest;
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(folder.At("same"), "changes.safetensors"));
        Assert.Equal((0, 0, 0), (nothing.Vocabularies[0].New, nothing.Vocabularies[0].Gone, nothing.Vocabularies[0].Changed));
        Assert.Equal(0, file.Tensor("id.values").Tensor.ElementCount);
        Assert.False(File.Exists(Path.Combine(folder.At("same"), "network.onnx")));
        Apply(folder.At("same"), folder.At("0"), folder.At("made"));
        AssertSame(folder.At("0"), folder.At("made"));
    }

    [Fact]
    public void Another_base_is_refused_and_what_stands_there_stays()
    {
        using TemporaryFolder folder = new();
        using EvolvingBundles bundles = new(folder);
        BundleDelta.Write(folder.At("d"), bundles.First, bundles.Second);
        byte[] before = File.ReadAllBytes(Path.Combine(folder.At("1"), "manifest.json"));
        string message = Assert.Throws<ArtifactException>(() => BundleDelta.Open(folder.At("d")).Apply(bundles.Second, folder.At("1"))).Message;
        Assert.Contains($"changes the bundle {bundles.First.Manifest.ManifestChecksum}", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Equal(before, File.ReadAllBytes(Path.Combine(folder.At("1"), "manifest.json")));
    }

    [Fact]
    public void Bundles_of_another_kind_have_no_delta()
    {
        using TemporaryFolder folder = new();
        EvolvingModel model = new(5, 8, RowLayout.Prefix);
        model.NextDay().Write(folder.At("0"), Precision.Fp32);
        model.Write(folder.At("1"), Precision.Int8);
        Assert.Contains("rows of one kind alone", Assert.Throws<ArtifactException>(() => Delta(folder, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_holds_a_delta_is_told_from_a_bundle()
    {
        using TemporaryFolder folder = new();
        using EvolvingBundles bundles = new(folder);
        BundleDelta.Write(folder.At("d"), bundles.First, bundles.Second);
        Assert.Contains("is a delta", Assert.Throws<ArtifactException>(() => Bundle.Open(folder.At("d"))).Message, StringComparison.Ordinal);
        Assert.Contains("is no delta", Assert.Throws<ArtifactException>(() => BundleDelta.Open(folder.At("0"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_flipped_byte_anywhere_is_refused_whether_or_not_its_checksum_fits()
    {
        using TemporaryFolder folder = new();
        using EvolvingBundles bundles = new(folder);
        BundleDelta.Write(folder.At("d"), bundles.First, bundles.Second);
        foreach (string file in Directory.GetFiles(folder.At("d")))
        {
            byte[] good = File.ReadAllBytes(file);
            for (int place = 0; place < good.Length; place += good.Length > 2000 ? 5 : 1) // 5: every bit of a byte has its turn
            {
                byte[] bad = [.. good];
                bad[place] ^= (byte)(1 << (place % 8));
                File.WriteAllBytes(file, bad);
                Assert.Throws<ArtifactException>(() => BundleDelta.Open(folder.At("d")));
                if (Path.GetFileName(file) == "changes.safetensors")
                {
                    Renew(folder.At("d"));
                    Exception? failure = Record.Exception(() => BundleDelta.Open(folder.At("d")).Apply(bundles.First, folder.At("made")));
                    if (failure is null)
                    {
                        AssertSame(folder.At("1"), folder.At("made")); // a blank of the header, or a bit beyond the rows
                    }
                    else
                    {
                        Assert.IsType<ArtifactException>(failure);
                    }
                }
            }

            File.WriteAllBytes(file, good);
            Renew(folder.At("d"));
        }
    }

    private static DeltaManifest Delta(TemporaryFolder folder, int day)
    {
        using Bundle basis = Bundle.Open(folder.At($"{day - 1}"));
        using Bundle target = Bundle.Open(folder.At($"{day}"));
        BundleDelta.Write(folder.At($"d{day}"), basis, target);
        return BundleDelta.Open(folder.At($"d{day}")).Manifest;
    }

    private static void Apply(string delta, string basis, string result)
    {
        using Bundle bundle = Bundle.Open(basis);
        BundleDelta.Open(delta).Apply(bundle, result);
    }

    private static void AssertSame(string expected, string actual)
    {
        Assert.Equal(Names(expected), Names(actual));
        Assert.All(Names(expected), name => Assert.Equal(File.ReadAllBytes(Path.Combine(expected, name!)), File.ReadAllBytes(Path.Combine(actual, name!))));

        static IEnumerable<string?> Names(string folder) => Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
    }

    /// <summary>Counts what has changed slowly. In int8 a scale of another day may change any row, and hide a change of one.</summary>
    private static void AssertTells(
        DeltaManifest delta, IReadOnlyDictionary<string, EvolvingModel.Row> before, IReadOnlyDictionary<string, EvolvingModel.Row> after, bool isInt8)
    {
        DeltaVocabulary vocabulary = Assert.Single(delta.Vocabularies);
        string[] stayed = [.. after.Keys.Where(before.ContainsKey)];
        Assert.Equal(after.Count, vocabulary.Values);
        Assert.Equal(after.Count - stayed.Length, vocabulary.New);
        Assert.Equal(before.Count - stayed.Length, vocabulary.Gone);
        Assert.Equal(stayed.Count(value => after[value].Size > before[value].Size), vocabulary.Grown);
        Assert.Equal(stayed.Count(value => after[value].Size < before[value].Size), vocabulary.Shrunk);
        if (!isInt8)
        {
            Assert.InRange(vocabulary.Changed, vocabulary.Grown + vocabulary.Shrunk, stayed.Count(value => after[value] != before[value]));
        }
    }

    /// <summary>Makes the checksums fit again, as an attacker would.</summary>
    private static void Renew(string folder)
    {
        string path = Path.Combine(folder, DeltaManifest.FileName);
        DeltaManifest manifest = ManifestFile.Read<DeltaManifest>(path, DeltaManifest.CurrentVersion, "");
        ManifestFile.Write(path, manifest with { Files = [.. manifest.Files.Select(file => BundleFile.In(folder, file.Path))] });
    }

    /// <summary>Two days of a small model.</summary>
    private sealed class EvolvingBundles : IDisposable
    {
        public EvolvingBundles(TemporaryFolder folder)
        {
            EvolvingModel model = new(3, 6, RowLayout.Masked, "fm");
            model.NextDay().Write(folder.At("0"), Precision.Fp32);
            model.NextDay().Write(folder.At("1"), Precision.Fp32);
            First = Bundle.Open(folder.At("0"));
            Second = Bundle.Open(folder.At("1"));
        }

        public Bundle First { get; }

        public Bundle Second { get; }

        public void Dispose()
        {
            First.Dispose();
            Second.Dispose();
        }
    }
}
