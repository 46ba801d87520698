using Google.Protobuf;
using Inference;
using Taper.Server.Protocols;
using Taper.Server.Protocols.Tensors;
using Taper.Server.Repository;
using Taper.Server.Scoring;

namespace Taper.Server.Grpc;

/// <summary>Answers <c>ModelInfer</c>.</summary>
internal sealed class InferCall(InferenceService inference)
{
    /// <summary>Scores the rows of a message; the answer's scores are raw where the request's tensors were.</summary>
    public async Task<ModelInferResponse> AnswerAsync(RequestBody message, CancellationToken cancellation)
    {
        InferHead head = InferHead.Read(message.Bytes);
        using ModelLease lease = inference.Acquire(head.Model, head.Version);
        using Workspace workspace = inference.Rent(lease.Version);
        bool isRaw = TensorMessages.Read(message.Bytes, lease.Version.Fields, workspace.Rows);
        await inference.ScoreAsync(lease.Version, workspace, cancellation);
        var answer = new ModelInferResponse { ModelName = lease.Version.Model, ModelVersion = lease.Version.VersionText, Id = head.Id };
        answer.Outputs.Add(new ModelInferResponse.Types.InferOutputTensor
        {
            Name = InferProtocol.Output,
            Datatype = TensorTypes.Fp32,
            Shape = { workspace.Scores.Length },
            Contents = isRaw ? null : Typed(workspace.Scores.Span),
        });
        if (isRaw)
        {
            BinaryTensors.Write(workspace.Answer, workspace.Scores.Span);
            answer.RawOutputContents.Add(ByteString.CopyFrom(workspace.Answer.WrittenSpan));
        }

        return answer;
    }

    private static InferTensorContents Typed(ReadOnlySpan<float> scores)
    {
        var contents = new InferTensorContents();
        contents.Fp32Contents.Capacity = scores.Length;
        foreach (float score in scores)
        {
            contents.Fp32Contents.Add(score);
        }

        return contents;
    }
}
