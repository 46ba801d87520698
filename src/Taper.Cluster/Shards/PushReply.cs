namespace Taper.Cluster.Shards;

/// <summary>The steps that are done and that a worker has not heard of yet.</summary>
/// <param name="Steps">Their sums, in order.</param>
/// <param name="Waited">Seconds that the worker's gradients waited for those of others.</param>
/// <param name="Applied">Seconds that it then took to sum and apply them.</param>
/// <param name="Next">The rows of <see cref="PushRequest.Next"/>, as a pull right after would find them; null where none were asked for.</param>
[GenerateSerializer, Immutable]
internal sealed record PushReply(StepSums[] Steps, double Waited, double Applied, RowValues? Next = null);
