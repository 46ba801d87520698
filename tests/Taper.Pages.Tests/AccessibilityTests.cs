using Microsoft.Playwright;

namespace Taper.Pages.Tests;

/// <summary>The page for every screen, and for people who do not see it or use no mouse.</summary>
public sealed class AccessibilityTests(Chromium chromium) : IClassFixture<Chromium>
{
    [Theory]
    [InlineData(360, 740, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    [InlineData(820, 1180, ColorScheme.Light)]
    [InlineData(1280, 900, ColorScheme.Dark)]
    public async Task The_page_fits_its_window(int width, int height, ColorScheme scheme)
    {
        await using PageServer server = await PageServer.StartAsync();
        server.AddVersion(1, "a-model-with-a-name-that-is-much-longer-than-a-phone-is-wide");
        server.AddBrokenVersion(2);
        server.Look();
        await using OpenPage page = await chromium.OpenAsync(
            server.Url + "/?model=random", new() { ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme });
        await page.ShownAsync();
        await page.Input("tags").FillAsync(string.Join("||", Enumerable.Repeat("averylongtagwithoutanyspace", 9)));
        await page.ScoreAsync();
        await page.SaysAsync("versions", "refused");
        foreach (string summary in (string[])["All numbers", "The same with curl"])
        {
            await page.Page.GetByText(summary, new() { Exact = true }).ClickAsync();
        }

        await page.FitsAsync();
        string paper = await page.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        Assert.Equal(scheme == ColorScheme.Dark ? "rgb(18, 22, 27)" : "rgb(252, 252, 251)", paper);
    }

    [Fact]
    public async Task Everything_has_a_name_and_headings_have_an_order()
    {
        await using PageServer server = await PageServer.StartAsync();
        server.AddVersion(1, "other");
        server.Look();
        await using OpenPage page = await chromium.OpenAsync(server.Url + "/?model=random");
        await page.ShownAsync();
        await page.ScoreAsync();
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(
            """
            () => {
              const wrong = [], shown = element => element.checkVisibility();
              const all = (selector, from = document) => [...from.querySelectorAll(selector)];
              const must = (holds, words) => holds || wrong.push(words);
              must(all("h1").length === 1, "one h1");
              all("h1,h2,h3,h4").filter(shown).map(h => +h.tagName[1]).reduce((last, level) => (must(level <= last + 1, `h${level} after h${last}`), level), 0);
              for (const landmark of ["header", "nav[aria-label]", "main", "footer"]) must(all(landmark).filter(shown).length === 1, landmark);
              all("input").forEach(input => must(input.labels.length === 1 && input.labels[0].textContent, `label of ${input.id}`));
              all("button,a,summary").filter(shown).forEach(e => must((e.getAttribute("aria-label") ?? e.textContent).trim(), `name of ${e.outerHTML}`));
              all("img").forEach(img => must(img.hasAttribute("alt"), "alt"));
              all("main svg").forEach(svg => must(svg.getAttribute("aria-hidden") === "true" || (svg.getAttribute("role") === "img" && svg.getAttribute("aria-label")), `alternative of ${svg.parentElement.id}`));
              all("main th").forEach(th => must(th.scope && th.textContent.trim(), "th"));
              all("[aria-labelledby],[aria-describedby]").forEach(e => `${e.getAttribute("aria-labelledby") ?? ""} ${e.getAttribute("aria-describedby") ?? ""}`
                .trim().split(/\s+/).forEach(id => must(document.getElementById(id), `#${id}`)));
              const ids = all("[id]").map(e => e.id);
              must(new Set(ids).size === ids.length, "ids are unique");
              must(document.documentElement.lang === "en", "lang");
              must(all("#score[aria-live=polite]").length === 1, "the score is announced");
              must(all("[style],script:not([src])").length === 0, "nothing inline");
              return wrong;
            }
            """));
    }

    [Fact]
    public async Task The_keyboard_reaches_everything_and_shows_where_it_is()
    {
        await using PageServer server = await PageServer.StartAsync();
        await using OpenPage page = await chromium.OpenAsync(server.Url);
        await page.ShownAsync();
        var reached = new List<string>();
        for (int i = 0; i < 12; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            reached.Add(await page.Page.EvaluateAsync<string>(
                "() => { const e = document.activeElement, s = getComputedStyle(e); return `${e.textContent.trim() || e.dataset.field} ${s.outlineStyle} ${s.outlineWidth}`; }"));
        }

        Assert.Equal(
            ["Skip to the model", "Taper", "colour", "other_colour", "price", "tags", "year", "Score", "Example again", "The same with curl", "All numbers"],
            reached[..11].Select(stop => stop[..^" solid 2px".Length]));
        Assert.All(reached[..11], stop => Assert.EndsWith(" solid 2px", stop, StringComparison.Ordinal));

        await page.Input("year").PressAsync("Enter");
        await page.SaysAsync("score-words", "by version 1");
    }

    [Fact]
    public async Task Nothing_moves_for_people_who_want_no_motion()
    {
        await using PageServer server = await PageServer.StartAsync();
        await using OpenPage page = await chromium.OpenAsync(server.Url, new() { ReducedMotion = ReducedMotion.Reduce });
        await page.ShownAsync();
        Assert.Equal(["0s"], await page.Page.EvaluateAsync<string[]>(
            "[...new Set([...document.querySelectorAll('*')].flatMap(e => [getComputedStyle(e).transitionDuration, getComputedStyle(e).animationDuration]))]"));
    }
}
