using Taper.Server.Protocols;
using Taper.Server.Repository;
using Taper.Server.Scoring;
using Taper.Server.Settings;

namespace Taper.Server.Endpoints;

/// <summary>Answers requests for scores in a protocol.</summary>
internal sealed class ScoringEndpoint<TOptions>(InferenceService inference, BodyBudget budget, LimitSettings limits, RestProtocol<TOptions> protocol)
{
    /// <summary>Answers a request whose route names a model and perhaps a version.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        using RequestBody body = await RequestBody.ReadAsync(context, budget, limits);
        using ModelLease lease = inference.Acquire((string)context.Request.RouteValues["model"]!, (string?)context.Request.RouteValues["version"]);
        using Workspace workspace = inference.Rent(lease.Version);
        TOptions options = protocol.Parse(context.Request, body.Bytes, lease.Version, workspace.Rows);
        await inference.ScoreAsync(lease.Version, workspace, context.RequestAborted);
        context.Response.ContentType = JsonAnswer.ContentType;
        protocol.Write(context.Response, options, lease.Version, workspace);
        workspace.Json.Flush();
        context.Response.ContentLength = workspace.Answer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(workspace.Answer.WrittenMemory, context.RequestAborted);
    }
}
