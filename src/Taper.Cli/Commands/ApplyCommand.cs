using System.CommandLine;
using System.Text.Json.Nodes;
using Taper.Cli.Reports;
using Taper.Cli.Terminal;
using Taper.Models;

namespace Taper.Cli.Commands;

/// <summary><c>taper apply</c>: a bundle and deltas in, a bundle out.</summary>
internal sealed class ApplyCommand : TaperCommand
{
    private readonly Argument<string> _bundle = new("BUNDLE") { Description = "Bundle folder that the first delta was made against." };
    private readonly Argument<string[]> _deltas = new("DELTA")
    {
        Description = "Delta folders that `taper export --since` made, in order.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _out = new("--out", "-o")
    {
        Description = "Bundle folder to make, that of BUNDLE too; a bundle that stands there is replaced at the end.",
        HelpName = "DIR",
        Required = true,
    };

    public ApplyCommand()
        : base(
            "apply",
            "Make the bundle that deltas were made of, byte for byte, and check it.",
            "taper apply bundles/monday deltas/tuesday --out bundles/tuesday",
            "taper apply bundles/monday deltas/tuesday deltas/wednesday --out bundles/wednesday")
    {
        Arguments.Add(_bundle);
        Arguments.Add(_deltas);
        Options.Add(_out);
    }

    /// <inheritdoc/>
    protected override void Run(ParseResult parse, Shell shell, CancellationToken cancellation)
    {
        string folder = parse.GetValue(_out)!;
        OutputFolder.RefuseOthers(folder, Bundle.LiesIn);
        string[] deltas = parse.GetValue(_deltas)!;
        BundleDelta.ApplyInOrder(parse.GetValue(_bundle)!, deltas, folder, cancellation);
        using Bundle bundle = Bundle.Open(folder);
        if (shell.Options.Json)
        {
            JsonObject json = ResultJson.Start();
            json["bundle"] = folder;
            json["deltas"] = deltas.Length;
            json["checksum"] = bundle.Manifest.ManifestChecksum;
            json["bytes"] = bundle.Manifest.Files.Sum(file => file.Bytes);
            shell.Result(json);
            return;
        }

        shell.Result($"bundle      {folder} ({ByteText.Of(bundle.Manifest.Files.Sum(file => file.Bytes))}), {bundle.Manifest.ManifestChecksum}");
        shell.Result($"made of     {parse.GetValue(_bundle)} and {deltas.Length} delta{(deltas.Length == 1 ? "" : "s")}; every file is as it was exported");
    }
}
