namespace Taper.Cli.Terminal;

/// <summary>What a folder holds.</summary>
internal enum ArtifactKind
{
    Run,
    Bundle,
    Delta,
    Dataset,
}
