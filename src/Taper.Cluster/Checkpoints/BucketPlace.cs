namespace Taper.Cluster.Checkpoints;

/// <summary>A place in an S3-like object store.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">What its objects' keys begin with, without a slash at either end.</param>
internal sealed record BucketPlace(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    /// <summary>Reads <c>s3://BUCKET/KEY</c>.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static BucketPlace Parse(string text)
    {
        string[] parts = text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..].Split('/', 2) : [];
        string key = parts.ElementAtOrDefault(1)?.TrimEnd('/') ?? "";
        return parts.Length == 2 && parts[0].Length > 0 && key.Length > 0 && !key.Split('/').Contains("")
            ? new BucketPlace(parts[0], key)
            : throw new FormatException($"'{text}' is no place in an object store; write s3://BUCKET/PREFIX.");
    }

    /// <summary>A place within this one.</summary>
    public BucketPlace In(string name) => this with { Key = $"{Key}/{name}" };

    public override string ToString() => $"{Scheme}{Bucket}/{Key}";
}
