namespace Taper.Configuration.Tests;

public sealed class ConfigDocumentTests
{
    private static readonly Dictionary<string, string> Environment = new() { ["HOME_OF_DATA"] = "/data" };

    public enum Shade
    {
        LightBlue,
        Red,
    }

    [Fact]
    public void Keys_bind_to_properties_and_the_others_keep_their_defaults()
    {
        Sample sample = Bind("sample:\n  batch_size: 64\n  rate: 1e-3\n  shade: light_blue\n  units: [3, 4]\n  inner: {name: x}\n");
        Assert.Equal((64, 0.001, Shade.LightBlue, "x", true), (sample.BatchSize, sample.Rate, sample.Shade, sample.Inner!.Name, sample.Flag));
        Assert.Equal([3, 4], sample.Units);
        Assert.Null(sample.Budget);
    }

    [Fact]
    public void A_missing_section_binds_to_defaults() => Assert.Equal(16, Bind("").BatchSize);

    [Theory]
    [InlineData("sample:\n  batch_sise: 3", "c.yaml:2: sample has no key 'batch_sise'; did you mean 'batch_size'?")]
    [InlineData("sample:\n  batch_size: 0", "c.yaml:2: sample.batch_size is 0; it has to be 1 to 100.")]
    [InlineData("sample:\n  batch_size: many", "c.yaml:2: sample.batch_size is 'many', which is not a whole number.")]
    [InlineData("sample:\n  shade: green", "c.yaml:2: sample.shade is 'green', which is not one of light_blue, red.")]
    [InlineData("sample:\n  units: 3", "c.yaml:2: sample.units is a list: write it as [a, b].")]
    [InlineData("sample:\n  inner: {}", "c.yaml:2: sample.inner.name is missing and has no default.")]
    [InlineData("sample:\n  text: ${NOT_SET_ANYWHERE}", "c.yaml:2: sample.text: the environment variable NOT_SET_ANYWHERE is not set")]
    [InlineData("sample: [1", "not YAML")]
    [InlineData("- 1", "a config is a mapping of sections")]
    public void What_cannot_be_used_is_refused_with_place_and_remedy(string yaml, string message) =>
        Assert.Contains(message, Assert.Throws<ConfigException>(() => Bind(yaml)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_whole_document_binds_to_a_record()
    {
        Sample sample = Parse("batch_size: 64\ninner: {name: x}\n").Bind<Sample>();
        Assert.Equal((64, "x"), (sample.BatchSize, sample.Inner!.Name));
        Assert.Equal(
            "c.yaml:1: the file has no key 'batch_sise'; did you mean 'batch_size'?",
            Assert.Throws<ConfigException>(() => Parse("batch_sise: 64").Bind<Sample>()).Message);
        Assert.Contains("c.yaml:1: inner.name is missing", Assert.Throws<ConfigException>(() => Parse("inner: {}").Bind<Sample>()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.b: 0.25", "0.25")]
    [InlineData("a.b: [128, 64]", "[128, 64]")]
    [InlineData("a.b:\n    - {x: 1}\n    - ~", "[{x: 1}, ~]")]
    [InlineData("a.b: null", "null")]
    [InlineData("a.b: '0.25'", "\"0.25\"")]
    [InlineData("a.b: \"a \\\"quote\\\" and \\\\\"", "\"a \\\"quote\\\" and \\\\\"")]
    public void A_value_of_any_kind_is_kept_as_one_line_of_yaml(string entry, string line)
    {
        ConfigText text = Parse($"any:\n  {entry}\n").Bind<Texts>().Any["a.b"];
        Assert.Equal(line, text.Yaml);
        Assert.Equal(text, Parse($"any:\n  a.b: {text}\n").Bind<Texts>().Any["a.b"]);
    }

    [Fact]
    public void An_unknown_section_is_refused_with_the_nearest_name()
    {
        ConfigDocument document = Parse("trainning:\n  a: 1\n");
        var error = Assert.Throws<ConfigException>(() => document.RefuseUnknownSections("training", "network"));
        Assert.Contains("c.yaml:1: unknown section 'trainning'; did you mean 'training'?", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overrides_win_and_make_what_is_not_there()
    {
        Sample sample = Parse("sample:\n  batch_size: 4\n", "sample.batch_size=8", "sample.inner.name=made", "sample.units=[1, 2]")
            .Bind<Sample>("sample");
        Assert.Equal((8, "made"), (sample.BatchSize, sample.Inner!.Name));
        Assert.Equal([1, 2], sample.Units);
    }

    [Theory]
    [InlineData("batch_size=3")]
    [InlineData("sample.batch_size")]
    [InlineData("sample.batch_size.more=3")]
    public void A_malformed_override_is_refused(string setting) =>
        Assert.Contains($"--set {setting}", Assert.Throws<ConfigException>(
            () => Parse("sample:\n  batch_size: 4\n", setting)).Message, StringComparison.Ordinal);

    [Fact]
    public void Environment_variables_are_replaced_and_fall_back_to_their_default()
    {
        Assert.Equal("/data/x", Bind("sample:\n  text: ${HOME_OF_DATA:-../y}/x").Text);
        Assert.Equal("../y/x", Bind("sample:\n  text: \"${NOT_SET_ANYWHERE:-../y}/x\"").Text);
    }

    [Fact]
    public void The_resolved_text_binds_to_the_same_record()
    {
        ConfigDocument document = Parse("sample:\n  rate: 0.25\n  text: 'null'\n  inner: {name: \"a: b\"}\n  budget: 0.5\n");
        Sample first = document.Bind<Sample>("sample");
        Sample second = Parse(document.ToYaml()).Bind<Sample>("sample");
        Assert.Equal(first with { Units = second.Units }, second);
        Assert.Equal(first.Units, second.Units);
    }

    [Fact]
    public void Documented_keys_list_defaults_and_ranges()
    {
        var key = Assert.Single(ConfigKeys.Of(typeof(Sample)), k => k.Path == "batch_size");
        Assert.Equal(new ConfigKeyDescription("batch_size", "examples a step", "16", "1 to 100"), key);
        Assert.Contains(ConfigKeys.Of(typeof(Sample)), k => k.Path == "inner.name" && k.Default is null);
    }

    private static Sample Bind(string yaml) => Parse(yaml).Bind<Sample>("sample");

    private static ConfigDocument Parse(string yaml, params string[] overrides) =>
        ConfigDocument.Parse(yaml, "c.yaml", overrides, Environment);

    public sealed record Texts
    {
        public required IReadOnlyDictionary<string, ConfigText> Any { get; init; }
    }

    public sealed record Inner
    {
        public required string Name { get; init; }
    }

    public sealed record Sample
    {
        [ConfigKey("examples a step", Min = 1, Max = 100)]
        public int BatchSize { get; init; } = 16;

        public double Rate { get; init; } = 0.1;

        public double? Budget { get; init; }

        public string Text { get; init; } = "";

        public bool Flag { get; init; } = true;

        public Shade Shade { get; init; } = Shade.Red;

        public IReadOnlyList<int> Units { get; init; } = [1];

        public Inner? Inner { get; init; }
    }
}
