using Microsoft.Playwright;

namespace Taper.Pages.Tests;

/// <summary>One browser for the tests of a class; a page of its own for each.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    /// <summary>Nothing of it looks for the network.</summary>
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private static readonly string? Executable =
        Environment.GetEnvironmentVariable("TAPER_CHROMIUM") ?? Places.FirstOrDefault(File.Exists);

    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (Executable is not null)
        {
            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Executable, Args = Arguments });
        }
    }

    /// <summary>A page at desktop size, or as the options say; skips the test where there is no browser.</summary>
    internal async Task<OpenPage> OpenAsync(string url, BrowserNewPageOptions? options = null)
    {
        Assert.SkipWhen(browser is null, "There is no Chromium: apt-get install chromium, or name one in TAPER_CHROMIUM.");
        IPage page = await browser.NewPageAsync(options ?? new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        page.SetDefaultTimeout(20_000);
        var open = new OpenPage(page);
        await page.GotoAsync(url);
        return open;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }
}
