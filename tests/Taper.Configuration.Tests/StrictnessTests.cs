using System.Text;
using CsCheck;

namespace Taper.Configuration.Tests;

/// <summary>Nothing a person writes is silently dropped, and every refusal names the place it was written.</summary>
public sealed class StrictnessTests
{
    private static readonly Dictionary<string, string> Environment = [];

    [Theory]
    [InlineData("sample: {size: 1}\n---\nsample: {size: 2}\n", "c.yaml:3: a config is one document")]
    [InlineData("sample:\n  parts: [~]", "c.yaml:2: sample.parts[0] needs a value.")]
    [InlineData("sample:\n  names: {a: ~}", "c.yaml:2: sample.names.a needs a value; write \"\" for an empty text.")]
    [InlineData("sample:\n  text:", "c.yaml:2: sample.text needs a value; write \"\" for an empty text.")]
    [InlineData("sample:\n  names: {[1, 2]: b}", "c.yaml:2: sample.names has a name that is not a text")]
    [InlineData("sample:\n  units: [4, 0]", "c.yaml:2: sample.units[1] is 0; it has to be 1 or more.")]
    [InlineData("sample:\n  size: 1\n  size: 2", "Duplicate key")]
    public void What_would_be_dropped_or_crash_is_refused(string yaml, string message) =>
        Assert.Contains(message, Refusal(yaml), StringComparison.Ordinal);

    [Theory]
    [InlineData("sample.sise=3", "--set sample.sise=3: sample has no key 'sise'; did you mean 'size'?")]
    [InlineData("sample.size=0", "--set sample.size=0: sample.size is 0; it has to be 1 or more.")]
    [InlineData("sample.units=[1, x]", "--set sample.units=[1, x]: sample.units[1] is 'x', which is not a whole number.")]
    public void A_refused_setting_is_named_and_no_line_of_the_file_is_blamed(string setting, string message) =>
        Assert.Equal(message, Refusal("\n\nsample:\n  text: a\n", setting));

    [Fact]
    public void An_unknown_section_of_a_setting_is_named()
    {
        ConfigDocument document = Parse("sample:\n  size: 4\n", "samble.size=5");
        var error = Assert.Throws<ConfigException>(() => document.RefuseUnknownSections("sample"));
        Assert.Equal("--set samble.size=5: unknown section 'samble'; did you mean 'sample'?", error.Message);
    }

    [Fact]
    public void A_config_that_is_not_utf8_is_refused()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllBytes(path, [.. Encoding.ASCII.GetBytes("sample:\n  text: "), 0xC3, 0x28, (byte)'\n']);
        try
        {
            var error = Assert.Throws<ConfigException>(() => ConfigDocument.Load(path, [], Environment));
            Assert.Equal($"{path}: the config is not UTF-8; save it as UTF-8.", error.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_doubled_dollar_keeps_a_reference_as_text() =>
        Assert.Equal("${HOME} and $5", Parse("sample:\n  text: $${HOME} and $5\n").Bind<Sample>("sample").Text);

    [Fact]
    public void Any_record_survives_the_resolved_text() => Gen
        .Select(Gen.String[Gen.Char[" ~"], 0, 12], Gen.OneOf(Gen.Const("${A}"), Gen.Const("$${"), Gen.Const("a\nb: \t#é\u0001😀"), Gen.Const("null")), Gen.Double[-1e9, 1e9], Gen.Int[1, 9].Array[0, 4])
        .Sample((name, odd, rate, units) =>
        {
            var written = new Sample { Text = odd + name, Rate = rate, Units = units, Names = new Dictionary<string, string> { [name] = odd } };
            string yaml = ConfigWriter.Write([("sample", written)]);
            Sample read = Parse(yaml).Bind<Sample>("sample");
            Assert.Equal((written.Text, written.Rate), (read.Text, read.Rate));
            Assert.Equal(written.Units, read.Units);
            Assert.Equal(written.Names, read.Names);
        });

    [Fact]
    public void A_text_that_may_be_null_stays_null_in_the_resolved_text()
    {
        ConfigDocument document = Parse("");
        Assert.Null(document.Bind<Sample>("sample").Note);
        Assert.Null(Parse(document.ToYaml()).Bind<Sample>("sample").Note);
    }

    private static string Refusal(string yaml, params string[] overrides) =>
        Assert.Throws<ConfigException>(() => Parse(yaml, overrides).Bind<Sample>("sample")).Message;

    private static ConfigDocument Parse(string yaml, params string[] overrides) =>
        ConfigDocument.Parse(yaml, "c.yaml", overrides, Environment);

    public sealed record Part
    {
        public string Name { get; init; } = "";
    }

    public sealed record Sample
    {
        [ConfigKey("a number", Min = 1)]
        public int Size { get; init; } = 1;

        public double Rate { get; init; } = 0.5;

        public string Text { get; init; } = "";

        public string? Note { get; init; }

        [ConfigKey("several numbers", Min = 1)]
        public IReadOnlyList<int> Units { get; init; } = [];

        public IReadOnlyList<Part> Parts { get; init; } = [];

        public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();
    }
}
