using Microsoft.Playwright;
using Taper.Models;
using Taper.Models.Tests;

namespace Taper.Pages.Tests;

/// <summary>What people see and do at <c>/</c>.</summary>
public sealed class PageTests(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly string[] Fields = ["colour", "other_colour", "price", "tags", "year"];

    [Fact]
    public async Task The_page_shows_the_model_and_asks_only_its_server()
    {
        await using PageServer server = await PageServer.StartAsync();
        await using OpenPage page = await chromium.OpenAsync(server.Url);
        await page.ShownAsync();
        Assert.Equal(PageServer.Model, await page.At("model").InnerTextAsync());
        await page.SaysAsync("lead", "DNN · AMTL, budget 50\u202f% · fp32 · version 1 since");
        await page.SaysAsync("facts", "0.7500");
        await page.SaysAsync("metrics", "test");
        Assert.Equal(3, await page.Page.Locator("#sizes-fields figure svg").CountAsync());
        Assert.Equal(3, await page.Page.Locator("#memory tbody tr").CountAsync());
        Assert.Equal(4, await page.Page.Locator("#unknown tbody tr").CountAsync()); // a numeric field looks nothing up
        Assert.Equal("random 1 · Taper", await page.Page.TitleAsync());
        Assert.Empty(page.Complaints);
        Assert.All(page.Requests, url => Assert.StartsWith(server.Url, url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_form_starts_with_an_example_and_scores_it_as_the_scorer_does()
    {
        await using PageServer server = await PageServer.StartAsync();
        await using OpenPage page = await chromium.OpenAsync(server.Url);
        await page.ShownAsync();
        using var model = new RandomModel("dnn", 1);
        string[] row = await Task.WhenAll(Fields.Select(field => page.Input(field).InputValueAsync()));
        Assert.Equal(["", "", "2"], row[..3]); // hashes have no texts, a number has a mean
        Assert.NotEmpty(row[4]);
        Assert.Equal(model.Probability(row), await page.ScoreAsync(), 1e-6);

        row = ["red", "mauve", "", "drama||polka", "2"];
        foreach ((string field, string value) in Fields.Zip(row))
        {
            await page.Input(field).FillAsync(value);
        }

        double probability = await page.ScoreAsync();
        Assert.Equal(model.Probability(row), probability, 1e-6);
        await page.SaysAsync("probability", probability.ToString("0.0000", null));
        await page.SaysAsync("score-words", "by version 1");
        byte[] colours = [.. model.Content.Vocabularies[0].Sizes], tags = [.. model.Content.Vocabularies[1].Sizes], years = [.. model.Content.Vocabularies[2].Sizes];
        Assert.Equal([$"keeps {colours[2]} of 6"], await page.KeptAsync(0));
        Assert.Equal([$"unknown, keeps {colours[BundleVocabulary.Unknown]} of 6"], await page.KeptAsync(1));
        Assert.Equal(["missing: the mean"], await page.KeptAsync(2));
        Assert.Equal([$"drama: keeps {tags[2]} of 6", $"polka: unknown, keeps {tags[BundleVocabulary.Unknown]} of 6"], await page.KeptAsync(3));
        Assert.Equal([$"keeps {years[3]} of 6"], await page.KeptAsync(4));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task What_is_typed_stays_text()
    {
        const string Markup = "<img src=x onerror=alert(1)>";
        await using PageServer server = await PageServer.StartAsync();
        await using OpenPage page = await chromium.OpenAsync(server.Url);
        await page.ShownAsync();
        await page.Input("tags").FillAsync($"{Markup}||drama");
        await page.ScoreAsync();
        Assert.Contains(Markup, (await page.KeptAsync(3))[0], StringComparison.Ordinal);
        Assert.Contains(Markup, await page.At("curl").TextContentAsync(), StringComparison.Ordinal);
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_page_follows_a_version_switch_and_tells_of_a_broken_version()
    {
        await using PageServer server = await PageServer.StartAsync();
        await using OpenPage page = await chromium.OpenAsync(server.Url);
        await page.ShownAsync();
        await page.Input("colour").FillAsync("green");
        await page.Page.EvaluateAsync("window.sameDocument = true");

        server.AddVersion(2);
        server.AddBrokenVersion(3);
        server.Look();
        await page.SaysAsync("notice", "Version 2 has taken over.");
        await page.SaysAsync("lead", "version 2 since");
        await page.SaysAsync("versions", "network.onnx");
        Assert.Contains("refused", await page.Page.Locator("#versions li").First.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Equal("green", await page.Input("colour").InputValueAsync());
        string[] row = await Task.WhenAll(Fields.Select(field => page.Input(field).InputValueAsync()));
        using var second = new RandomModel("dnn", 2);
        Assert.Equal(second.Probability(row), await page.ScoreAsync(), 1e-6);
        await page.SaysAsync("score-words", "by version 2");
        Assert.True(await page.Page.EvaluateAsync<bool>("window.sameDocument"));
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task Requests_and_unknown_values_show_while_they_come()
    {
        await using PageServer server = await PageServer.StartAsync();
        await using OpenPage page = await chromium.OpenAsync(server.Url);
        await page.ShownAsync();
        await page.Input("colour").FillAsync("mauve");
        await page.ScoreAsync();
        await page.SaysAsync("unknown", "100.0\u202f%");
        await Assertions.Expect(page.At("figures")).Not.ToContainTextAsync("–", new() { Timeout = 20_000 }); // latencies are there
        await page.SaysAsync("versions", "1\u00a0row scored");
    }

    [Fact]
    public async Task Several_models_have_links()
    {
        await using PageServer server = await PageServer.StartAsync();
        server.AddVersion(7, "other");
        server.Look();
        await using OpenPage page = await chromium.OpenAsync(server.Url + "/?model=random");
        await page.ShownAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "other" }).ClickAsync();
        await page.SaysAsync("lead", "version 7 since");
        Assert.Equal("other", await page.Page.Locator("#models a[aria-current=page]").InnerTextAsync());
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_told()
    {
        await using PageServer server = await PageServer.StartAsync();
        await using OpenPage page = await chromium.OpenAsync(server.Url + "/?model=randon");
        await page.SaysAsync("notice", "There is no model “randon” here.");
    }

    [Fact]
    public async Task With_keys_the_page_tells_nothing_before_it_has_one()
    {
        const string Key = "taper_test";
        string hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Key)));
        await using PageServer server = await PageServer.StartAsync("security.api_keys.0.name=test", $"security.api_keys.0.sha256={hash}");
        await using OpenPage page = await chromium.OpenAsync(server.Url);
        await page.At("key").WaitForAsync();
        Assert.DoesNotContain(PageServer.Model, await page.Page.InnerTextAsync("body"), StringComparison.Ordinal);

        await page.Input("Key").FillAsync("wrong");
        await page.Input("Key").PressAsync("Enter");
        await page.SaysAsync("key-problem", "not known");
        await page.Input("Key").FillAsync(Key);
        await page.Input("Key").PressAsync("Enter");
        await page.ShownAsync();
        await page.ScoreAsync();
        Assert.DoesNotContain(Key, await page.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("localStorage.length"));

        await page.Page.ReloadAsync(); // the tab keeps it
        await page.ShownAsync();
        await page.At("forget").ClickAsync();
        await page.At("key").WaitForAsync();
    }
}
