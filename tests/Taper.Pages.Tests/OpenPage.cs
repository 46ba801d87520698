using System.Globalization;
using Microsoft.Playwright;

namespace Taper.Pages.Tests;

/// <summary>The page in a browser, and everything that the browser complains of.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly List<string> complaints = [];
    private readonly List<string> requests = [];

    public OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, message) => complaints.Add(message.Text);
        page.PageError += (_, error) => complaints.Add(error);
        page.Request += (_, request) => requests.Add(request.Url);
    }

    public IPage Page { get; }

    /// <summary>Every address that was asked.</summary>
    public IReadOnlyList<string> Requests => requests;

    /// <summary>What the console says.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    /// <summary>The element with an id.</summary>
    public ILocator At(string id) => Page.Locator($"#{id}");

    /// <summary>The input of a field.</summary>
    public ILocator Input(string field) => Page.GetByLabel(field, new() { Exact = true });

    /// <summary>Waits until a model is shown.</summary>
    public Task ShownAsync() => At("content").WaitForAsync();

    /// <summary>Waits until an element's text holds some words.</summary>
    public Task SaysAsync(string id, string words) => Assertions.Expect(At(id)).ToContainTextAsync(words, new() { Timeout = 20_000 });

    /// <summary>Scores what the form holds.</summary>
    public async Task<double> ScoreAsync()
    {
        await At("score").EvaluateAsync("score => delete score.dataset.probability");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Score", Exact = true }).ClickAsync();
        ILocator scored = Page.Locator("#score[data-probability]");
        await scored.WaitForAsync();
        return double.Parse((await scored.GetAttributeAsync("data-probability"))!, CultureInfo.InvariantCulture);
    }

    /// <summary>What the page says that a field's values keep, one line a value.</summary>
    public async Task<string[]> KeptAsync(int field) =>
        [.. (await Page.Locator($"#kept-{field} li").AllInnerTextsAsync()).Select(line => line.Trim())];

    /// <summary>Fails when the page is wider than the window.</summary>
    public async Task FitsAsync() => Assert.InRange(
        await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth"), int.MinValue, 0);

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
