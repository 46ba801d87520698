using Grpc.AspNetCore.Server;
using Grpc.AspNetCore.Server.Model;
using Grpc.Health.V1;
using Grpc.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Taper.Server.Security;
using Taper.Server.Settings;

namespace Taper.Server.Grpc;

/// <summary>The Open Inference Protocol over gRPC, with gRPC's own health and reflection services.</summary>
internal static class GrpcSetup
{
    private const int MessagePrefix = 5;

    /// <summary>Adds its services.</summary>
    public static void AddGrpcProtocol(this IServiceCollection services, LimitSettings limits)
    {
        services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = limits.MaxBodyBytes - MessagePrefix;
            options.MaxSendMessageSize = null;
        });
        // A small compressed message may become a large one. Providers are added where there are none, so they go last.
        services.PostConfigure<GrpcServiceOptions>(options => options.CompressionProviders.Clear());
        services.AddSingleton<ModelCalls>();
        services.AddSingleton<InferCall>();
        services.AddSingleton<InferenceMethods>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IServiceMethodProvider<InferenceMethods>, InferenceMethods>());
        services.AddGrpcHealthChecks(health => health.Services.Map(InferenceMethods.Service.FullName, _ => true)).AddCheck<ReadyCheck>("models");
        services.AddSingleton(new ReflectionServiceImpl([InferenceMethods.Service, Health.Descriptor]));
        services.AddSingleton(new ReflectionV1ServiceImpl([InferenceMethods.Service, Health.Descriptor]));
    }

    /// <summary>Maps it. Health is open to everybody, as it is over REST.</summary>
    public static void MapGrpcProtocol(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<InferenceMethods>();
        routes.MapGrpcHealthChecksService();
        routes.MapGrpcService<ReflectionServiceImpl>().Requires(Right.Infer);
        routes.MapGrpcService<ReflectionV1ServiceImpl>().Requires(Right.Infer);
    }
}
