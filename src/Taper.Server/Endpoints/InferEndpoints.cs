using System.Text.Json;
using Taper.Embeddings.Features;
using Taper.Server.Protocols;
using Taper.Server.Protocols.Tensors;
using Taper.Server.Repository;
using Taper.Server.Security;

namespace Taper.Server.Endpoints;

/// <summary>The Open Inference Protocol v2: the server, its models, and inference.</summary>
internal static class InferEndpoints
{
    /// <summary>What the server calls itself.</summary>
    public const string ServerName = "taper";

    /// <summary>The extension of loading and unloading.</summary>
    public const string RepositoryExtension = "model_repository";

    private static readonly string[] Extensions = ["binary_tensor_data", RepositoryExtension];

    /// <summary>Maps <c>/v2</c> and <c>/v2/models</c>.</summary>
    public static void MapInfer(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder v2 = routes.MapGroup("/v2").Requires(Right.Infer);
        v2.MapGet("", ServerAsync);
        var infer = ActivatorUtilities.CreateInstance<ScoringEndpoint<InferProtocol.Options>>(routes.ServiceProvider, new InferProtocol());
        foreach (string model in (string[])["/models/{model}", "/models/{model}/versions/{version}"])
        {
            v2.MapGet(model, ModelAsync);
            v2.MapGet(model + "/ready", ModelReadyAsync);
            v2.MapPost(model + "/infer", infer.AnswerAsync);
        }
    }

    private static Task ServerAsync(HttpContext context) => JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json =>
    {
        json.WriteStartObject();
        json.WriteString("name"u8, ServerName);
        json.WriteString("version"u8, ServerVersion.Text);
        json.WriteStartArray("extensions"u8);
        foreach (string extension in Extensions)
        {
            json.WriteStringValue(extension);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static async Task ModelAsync(HttpContext context)
    {
        using ModelLease lease = Acquire(context);
        await JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => WriteModel(json, lease.Version, Versions(context, lease.Version.Model)));
    }

    private static async Task ModelReadyAsync(HttpContext context)
    {
        try
        {
            using ModelLease lease = Acquire(context);
            await HealthEndpoints.AnswerAsync(context, "ready", true);
        }
        catch (RequestException e) when (e.Status == StatusCodes.Status503ServiceUnavailable)
        {
            await HealthEndpoints.AnswerAsync(context, "ready", false);
        }
    }

    private static void WriteModel(Utf8JsonWriter json, ModelVersion version, IEnumerable<string> versions)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, version.Model);
        json.WriteStartArray("versions"u8);
        foreach (string text in versions)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
        json.WriteString("platform"u8, ServerName);
        json.WriteStartArray("inputs"u8);
        foreach (FeatureField field in version.Fields.Fields)
        {
            WriteTensor(json, field.Name, TensorTypes.Of(field.Kind));
        }

        json.WriteEndArray();
        json.WriteStartArray("outputs"u8);
        WriteTensor(json, InferProtocol.Output, TensorTypes.Fp32);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTensor(Utf8JsonWriter json, string name, string datatype)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("datatype"u8, datatype);
        json.WriteStartArray("shape"u8);
        json.WriteNumberValue(-1);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static IEnumerable<string> Versions(HttpContext context, string model) =>
        context.RequestServices.GetRequiredService<ModelRepository>().Ready.Where(v => v.Model == model).Select(v => v.VersionText);

    private static ModelLease Acquire(HttpContext context) => context.RequestServices.GetRequiredService<ModelRepository>()
        .Acquire((string)context.Request.RouteValues["model"]!, (string?)context.Request.RouteValues["version"]);
}
