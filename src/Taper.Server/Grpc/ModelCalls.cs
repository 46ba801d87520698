using Inference;
using Taper.Embeddings.Features;
using Taper.Server.Endpoints;
using Taper.Server.Protocols;
using Taper.Server.Protocols.Tensors;
using Taper.Server.Repository;

namespace Taper.Server.Grpc;

/// <summary>Answers the calls that ask for the server, its models and its repository.</summary>
internal sealed class ModelCalls(ModelRepository repository, IServiceProvider services)
{
    /// <summary><c>ServerLive</c>.</summary>
    public static ServerLiveResponse Live() => new() { Live = true };

    /// <summary><c>ServerReady</c>.</summary>
    public ServerReadyResponse Ready() => new() { Ready = HealthEndpoints.IsReady(services) };

    /// <summary><c>ServerMetadata</c>; raw contents are no extension over gRPC.</summary>
    public static ServerMetadataResponse Server() =>
        new() { Name = InferEndpoints.ServerName, Version = ServerVersion.Text, Extensions = { InferEndpoints.RepositoryExtension } };

    /// <summary><c>ModelReady</c>: false where the model has no version that is loaded.</summary>
    public ModelReadyResponse ModelReady(ModelReadyRequest request)
    {
        try
        {
            using ModelLease lease = Acquire(request.Name, request.Version);
            return new ModelReadyResponse { Ready = true };
        }
        catch (RequestException e) when (e.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return new ModelReadyResponse { Ready = false };
        }
    }

    /// <summary><c>ModelMetadata</c>.</summary>
    public ModelMetadataResponse Metadata(ModelMetadataRequest request)
    {
        using ModelLease lease = Acquire(request.Name, request.Version);
        var answer = new ModelMetadataResponse { Name = lease.Version.Model, Platform = InferEndpoints.ServerName };
        answer.Versions.Add(repository.Ready.Where(version => version.Model == lease.Version.Model).Select(version => version.VersionText));
        foreach (FeatureField field in lease.Version.Fields.Fields)
        {
            answer.Inputs.Add(Tensor(field.Name, TensorTypes.Of(field.Kind)));
        }

        answer.Outputs.Add(Tensor(InferProtocol.Output, TensorTypes.Fp32));
        return answer;
    }

    /// <summary><c>RepositoryIndex</c>.</summary>
    public RepositoryIndexResponse Index(RepositoryIndexRequest request)
    {
        RequireNoName(request.RepositoryName);
        var answer = new RepositoryIndexResponse();
        foreach (VersionStatus version in repository.Index().Where(version => version.IsReady || !request.Ready))
        {
            answer.Models.Add(new RepositoryIndexResponse.Types.ModelIndex
            {
                Name = version.Model,
                Version = version.Version > 0 ? $"{version.Version}" : "",
                State = version.IsReady ? "READY" : "UNAVAILABLE",
                Reason = version.Reason,
            });
        }

        return answer;
    }

    /// <summary><c>RepositoryModelLoad</c>. Parameters would change what is loaded, and are refused.</summary>
    public RepositoryModelLoadResponse Load(RepositoryModelLoadRequest request)
    {
        RequireNoName(request.RepositoryName);
        if (request.Parameters.Count > 0)
        {
            throw RequestException.Bad("A model is loaded as it lies in the repository: send no parameters.");
        }

        repository.Load(request.ModelName);
        return new RepositoryModelLoadResponse();
    }

    /// <summary><c>RepositoryModelUnload</c>. Clients send the parameter <c>unload_dependents</c>: no model has any.</summary>
    public RepositoryModelUnloadResponse Unload(RepositoryModelUnloadRequest request)
    {
        RequireNoName(request.RepositoryName);
        repository.Unload(request.ModelName);
        return new RepositoryModelUnloadResponse();
    }

    private static ModelMetadataResponse.Types.TensorMetadata Tensor(string name, string datatype) => new() { Name = name, Datatype = datatype, Shape = { -1 } };

    private static void RequireNoName(string repositoryName)
    {
        if (repositoryName.Length > 0)
        {
            throw RequestException.NotFound("This server has one repository, which has no name: leave repository_name empty.");
        }
    }

    private ModelLease Acquire(string model, string version) => repository.Acquire(model, version.Length == 0 ? null : version);
}
