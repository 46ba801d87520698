namespace Taper.Cluster.Hosting;

/// <summary>
/// Why a silo cannot go on. Orleans would end the process where it stands, with a dump of every stack; whoever runs the silo is
/// told instead, in a line, and ends it.
/// </summary>
internal sealed class SiloEnd : IFatalErrorHandler
{
    private readonly TaskCompletionSource<string> _reason = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done once it cannot go on.</summary>
    public Task<string> Reason => _reason.Task;

    /// <summary>Lets it end.</summary>
    public void Because(string reason) => _reason.TrySetResult(reason);

    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    public void OnFatalException(object? sender, string? context, Exception? exception) =>
        Because(exception is null ? "the others have given it up" : $"its membership failed: {exception.GetBaseException().Message}");
}
