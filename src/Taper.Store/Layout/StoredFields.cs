using StackExchange.Redis;

namespace Taper.Store.Layout;

/// <summary>Fields that are no keys of rows.</summary>
internal static class StoredFields
{
    /// <summary>Of a bucket: how many buckets there are. Where it is not there the bucket is gone, and with it all its rows.</summary>
    public static readonly RedisValue Buckets = "#";

    /// <summary>Of a vocabulary: the row of unknown values.</summary>
    public static readonly RedisValue Unknown = "unknown";

    /// <summary>Of a vocabulary: the row of missing values.</summary>
    public static readonly RedisValue Missing = "missing";

    /// <summary>Of a vocabulary: the D fp32 numbers that rows of size 0 share; empty where there are none.</summary>
    public static readonly RedisValue Default = "default";

    /// <summary>Of a vocabulary: the D fp32 numbers that int8 numbers are multiplied with; empty at other precisions.</summary>
    public static readonly RedisValue Scale = "scale";
}
