using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Taper.Benchmarks.Serving;

/// <summary>The same model as a team would serve it without Taper: a minimal API, a dictionary for each field, a padded fp32 table, ONNX Runtime.</summary>
internal static class PlainOnnxServer
{
    public const string Argument = "plain-onnx-server";

    /// <summary>Serves until the process is ended.</summary>
    public static int Serve(string folder)
    {
        using PlainOnnxModel model = new(folder);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, PlainJson.Default));
        WebApplication app = builder.Build();
        app.MapPost("/predict", (PredictRequest request) => new PredictAnswer(model.Score(request.Instances)));
        app.MapPost("/rank", (RankRequest request) => new RankAnswer(model.Score(
            [.. request.Items.Select(item => item with { UserId = request.User.UserId })])));
        app.Lifetime.ApplicationStarted.Register(() => Console.Error.WriteLine($"Serving at {app.Urls.First()}"));
        app.Run();
        return 0;
    }
}

internal sealed record PlainInstance(string? UserId, string? MovieId, string? Year, string[]? Genres);

internal sealed record PredictRequest(PlainInstance[] Instances);

internal sealed record PredictAnswer(float[] Predictions);

internal sealed record RankRequest(PlainInstance User, PlainInstance[] Items);

internal sealed record RankAnswer(float[] Scores);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(PredictRequest))]
[JsonSerializable(typeof(PredictAnswer))]
[JsonSerializable(typeof(RankRequest))]
[JsonSerializable(typeof(RankAnswer))]
internal sealed partial class PlainJson : JsonSerializerContext;
