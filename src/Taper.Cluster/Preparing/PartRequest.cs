namespace Taper.Cluster.Preparing;

/// <summary>What a part is asked to do. The same request asks for the same work.</summary>
/// <param name="Work">The work.</param>
/// <param name="Subject">The number of the vocabulary or field; 0 where there is none.</param>
/// <param name="Argument">What else it takes, as JSON.</param>
[GenerateSerializer, Immutable]
internal sealed record PartRequest(PartWork Work, int Subject, string Argument);
