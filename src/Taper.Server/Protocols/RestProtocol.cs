using Taper.Server.Repository;
using Taper.Server.Scoring;

namespace Taper.Server.Protocols;

/// <summary>One way to ask for scores over HTTP: how the body is read, how the answer is written.</summary>
/// <typeparam name="TOptions">What a request asks for beside its rows.</typeparam>
internal abstract class RestProtocol<TOptions>
{
    /// <summary>Reads a body into rows.</summary>
    /// <exception cref="RequestException">It cannot be understood, does not fit the model, or is over a limit.</exception>
    public abstract TOptions Parse(HttpRequest request, ReadOnlySpan<byte> body, ModelVersion version, RequestRows rows);

    /// <summary>Writes the answer from the scores of a workspace, and the headers that go with it.</summary>
    public abstract void Write(HttpResponse response, TOptions options, ModelVersion version, Workspace workspace);
}
