namespace Taper.Cluster.Shards;

/// <summary>A shard of one generation of a training; its key says which.</summary>
internal interface IShardGrain : IGrainWithStringKey
{
    /// <summary>Makes the shard or loads it from a checkpoint.</summary>
    Task<PartStatus> Load(ShardTask task);

    /// <summary>Rows for a step.</summary>
    Task<RowValues> Pull(PullRequest request);

    /// <summary>A worker's gradients of the step; answered once those of all have come and are applied, with rows for the next step where it asks for them.</summary>
    Task<PushReply> Push(PushRequest request);

    /// <summary>Rows for predictions.</summary>
    /// <param name="places">As <see cref="PullRequest.Places"/>.</param>
    Task<RowValues> Read(RowPlaces places);

    /// <summary>Multiplies the configured learning rate.</summary>
    Task ScaleLearningRate(double factor);

    /// <summary>Keeps the sizes; what the shard takes from then on.</summary>
    Task<PartStatus> Freeze(byte[] sizes, bool isCompact);

    /// <summary>Writes the shard into a folder of its own in a checkpoint.</summary>
    Task Save(string checkpoint);

    /// <summary>Frees the shard; who waits for it hears so.</summary>
    Task Release();
}
