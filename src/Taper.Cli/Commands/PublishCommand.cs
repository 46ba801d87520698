using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Models;
using Taper.Store;

namespace Taper.Cli.Commands;

/// <summary><c>taper publish</c>: a bundle's rows into a store that servers read from.</summary>
internal sealed class PublishCommand : TaperCommand
{
    private readonly Argument<string> _bundle = new("BUNDLE") { Description = "Bundle folder that `taper export` made." };
    private readonly Option<string[]> _deltas = new("--delta")
    {
        Description = "Publish what a delta (`taper export --since`) makes of the bundle; may be repeated, and is applied in order.",
        HelpName = "DELTA",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _redis = new("--redis")
    {
        Description = "The store, any server of the Redis protocol; commas between the nodes of a cluster. Default: TAPER_STORE__REDIS.",
        HelpName = "HOST:PORT",
    };

    private readonly Option<string?> _name = new("--name") { Description = "Name in the store. Default: the model's.", HelpName = "NAME" };
    private readonly Option<int> _keep = new("--keep")
    {
        Description = "Earlier versions to keep for servers that read them still.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> _out = new("--out", "-o") { Description = "Folder to make at the end: the bundle without its rows, for `taper serve`.", HelpName = "DIR" };
    private readonly Option<bool> _clean = new("--clean") { Description = "Publish nothing: remove what interrupted publishes left, and versions beyond --keep." };

    public PublishCommand()
        : base(
            "publish",
            "Write a bundle's rows into a Redis-protocol store. Password and TLS: TAPER_STORE__PASSWORD, TAPER_STORE__TLS=true.",
            "taper publish bundles/amtl --redis cache:6379 --out models/amtl/2",
            "taper publish bundles/monday --delta deltas/tuesday --redis cache:6379 --out models/amtl/3",
            "taper publish bundles/amtl --redis cache:6379 --clean --keep 0")
    {
        Arguments.Add(_bundle);
        foreach (Option option in new Option[] { _deltas, _redis, _name, _keep, _out, _clean })
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    protected override string StoppedMessage(ParseResult parse) =>
        "Stopped; what was current in the store still is. The same command goes on where this one ended.";

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation) =>
        RunAsync(parse, shell, cancellation).GetAwaiter().GetResult();

    private async Task RunAsync(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        StoreOptions options = StoreEnvironment.Options(parse.GetValue(_redis));
        int keep = parse.GetValue(_keep) is var number and >= 0 ? number : throw new UsageException("--keep is a number of versions, 0 or more.");
        using Scratch scratch = new();
        using Bundle bundle = Bundle.Open(BundleOf(parse, scratch, cancellation));
        await using StoreConnection connection = await StoreConnection.ConnectAsync(options);
        StorePublisher publisher = new(connection, parse.GetValue(_name) ?? StorePublisher.NameOf(bundle.Manifest));
        if (parse.GetValue(_clean))
        {
            Report(shell, await publisher.CleanAsync(keep, cancellation));
            return;
        }

        PublishSummary summary = await publisher.PublishAsync(bundle, keep, new RowProgress(shell, "published"), cancellation);
        if (parse.GetValue(_out) is string folder)
        {
            bundle.CopyWithoutRows(folder);
        }

        Report(shell, summary, options, parse.GetValue(_out));
    }

    /// <summary>The bundle that is published: the one that is named, or what the deltas make of it.</summary>
    private string BundleOf(ParseResult parse, Scratch scratch, CancellationToken cancellation)
    {
        string bundle = parse.GetValue(_bundle)!;
        if (parse.GetValue(_deltas) is not { Length: > 0 } deltas)
        {
            return bundle;
        }

        string made = Path.Combine(scratch.Folder, "bundle");
        BundleDelta.ApplyInOrder(bundle, deltas, made, cancellation);
        return made;
    }

    private static void Report(Shell shell, int removed)
    {
        if (shell.Options.Json)
        {
            JsonObject json = ResultJson.Start();
            json["removedVersions"] = removed;
            shell.Result(json);
            return;
        }

        shell.Result($"removed     {removed} version{(removed == 1 ? "" : "s")}");
    }

    private static void Report(Shell shell, PublishSummary summary, StoreOptions options, string? folder)
    {
        if (shell.Options.Json)
        {
            shell.Result(Json(summary, folder));
            return;
        }

        shell.Result($"published   {summary.Name} at {options.Addresses}, version {summary.Version}");
        shell.Result(string.Create(CultureInfo.InvariantCulture, $"rows        {summary.Rows:#,0} in {summary.Buckets:#,0} buckets, {summary.WrittenBuckets:#,0} of them written now"));
        shell.Result($"before      {summary.Replaced ?? "nothing"}; {summary.RemovedVersions} removed");
        if (folder is not null)
        {
            shell.Result($"bundle      {folder}, without rows");
        }
    }

    private static JsonObject Json(PublishSummary summary, string? folder)
    {
        JsonObject json = ResultJson.Start();
        json["name"] = summary.Name;
        json["version"] = summary.Version;
        json["replaced"] = summary.Replaced;
        json["rows"] = summary.Rows;
        json["buckets"] = summary.Buckets;
        json["writtenBuckets"] = summary.WrittenBuckets;
        json["removedVersions"] = summary.RemovedVersions;
        json["bundle"] = folder;
        return json;
    }
}
