using Amazon.S3;
using Amazon.S3.Model;

namespace Taper.Cluster.Checkpoints;

/// <summary>
/// Sends a file to an object store: as a whole, or in parts where it is large. Bodies are not chunked, as the client's own transfers are,
/// because not every store understands that.
/// </summary>
internal sealed class BucketUpload(IAmazonS3 s3, long partSize = BucketUpload.PartSize)
{
    /// <summary>What is sent at once.</summary>
    public const long PartSize = 64L << 20;

    private const int MostParts = 10_000; // S3's own limit
    private const int PartsAtOnce = 4; // one alone does not fill a network

    public async Task SendAsync(string file, BucketPlace target)
    {
        long length = new FileInfo(file).Length;
        if (length > partSize)
        {
            await SendPartsAsync(file, length, target).ConfigureAwait(false);
            return;
        }

        await s3.PutObjectAsync(new PutObjectRequest { BucketName = target.Bucket, Key = target.Key, FilePath = file, UseChunkEncoding = false }).ConfigureAwait(false);
    }

    private async Task SendPartsAsync(string file, long length, BucketPlace target)
    {
        string upload = (await s3.InitiateMultipartUploadAsync(target.Bucket, target.Key).ConfigureAwait(false)).UploadId;
        try
        {
            long size = Math.Max(partSize, (length + MostParts - 1) / MostParts);
            var sent = new PartETag[(length + size - 1) / size];
            await Parallel.ForEachAsync(Enumerable.Range(0, sent.Length), new ParallelOptions { MaxDegreeOfParallelism = PartsAtOnce }, async (index, stop) =>
            {
                UploadPartResponse part = await s3.UploadPartAsync(
                    new UploadPartRequest
                    {
                        BucketName = target.Bucket,
                        Key = target.Key,
                        UploadId = upload,
                        PartNumber = index + 1,
                        FilePath = file,
                        FilePosition = index * size,
                        PartSize = Math.Min(size, length - (index * size)),
                        UseChunkEncoding = false,
                    },
                    stop).ConfigureAwait(false);
                sent[index] = new PartETag(index + 1, part.ETag);
            }).ConfigureAwait(false);
            await s3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest
            {
                BucketName = target.Bucket,
                Key = target.Key,
                UploadId = upload,
                PartETags = [.. sent],
            }).ConfigureAwait(false);
        }
        catch
        {
            await s3.AbortMultipartUploadAsync(target.Bucket, target.Key, upload).ConfigureAwait(false); // parts that nobody completes are kept, and paid for
            throw;
        }
    }
}
