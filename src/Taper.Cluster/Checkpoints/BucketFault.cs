using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Taper.Embeddings.Storage;

namespace Taper.Cluster.Checkpoints;

/// <summary>
/// Tells what is wrong with an object store: what trying again does not mend as <see cref="ClusterException"/>. The text alone is told, since
/// exceptions of the store's client do not cross machines.
/// </summary>
internal static class BucketFault
{
    /// <exception cref="ArtifactException">There is no such object.</exception>
    /// <exception cref="ClusterException">There is no such bucket, or the store refuses this machine.</exception>
    /// <exception cref="IOException">It does not answer, or not now.</exception>
    public static async Task<T> Tell<T>(BucketPlace place, Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "NoSuchKey" or "NotFound")
        {
            throw new ArtifactException($"{place}: the checkpoint is incomplete: there is no such object.");
        }
        catch (AmazonS3Exception e) when (IsLasting(e))
        {
            throw new ClusterException($"{place}: the object store refuses: {e.Message}");
        }
        catch (AmazonServiceException e)
        {
            throw new IOException($"{place}: the object store does not answer: {e.Message}");
        }
        catch (AmazonClientException e)
        {
            throw new ClusterException($"{place}: {e.Message}"); // no credentials, no region
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw new IOException($"{place}: the object store does not answer: {e.Message}");
        }
    }

    /// <summary>The same for what answers nothing.</summary>
    public static Task Tell(BucketPlace place, Func<Task> ask) => Tell(place, async () =>
    {
        await ask().ConfigureAwait(false);
        return true;
    });

    private static bool IsLasting(AmazonS3Exception e) =>
        e.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.NotFound or HttpStatusCode.MovedPermanently or HttpStatusCode.BadRequest
        && e.ErrorCode is not "RequestTimeout" and not "RequestTimeTooSkewed";
}
