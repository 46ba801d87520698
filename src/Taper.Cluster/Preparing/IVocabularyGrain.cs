namespace Taper.Cluster.Preparing;

/// <summary>A shard of all vocabularies of a dataset that is being made; its key says of which attempt. See <see cref="Data.Preparing.Parts.IVocabularyShard"/>.</summary>
internal interface IVocabularyGrain : IGrainWithStringKey
{
    /// <summary>Makes the shard.</summary>
    /// <param name="fields">The fields of the dataset, as JSON.</param>
    Task Load(string fields);

    /// <summary>Adds values of a part.</summary>
    Task Add(int vocabulary, int part, byte[] values);

    /// <summary>Begins to rank, or goes on waiting for it; null where it is to be asked again, since it is not done.</summary>
    Task<int?> Rank(int vocabulary);

    /// <summary>Ranked values from a rank on.</summary>
    Task<byte[]> Ranked(int vocabulary, int from);

    /// <summary>Gives ranked values their ids.</summary>
    Task Number(int vocabulary, int from, int[] ids);

    /// <summary>Ids of the values that a part has added.</summary>
    Task<int[]> Ids(int vocabulary, int part, int from);

    /// <summary>Frees a vocabulary that is encoded.</summary>
    Task Forget(int vocabulary);

    /// <summary>Keeps the shard: one that nobody asks for anything is given up.</summary>
    Task Hold();

    /// <summary>Frees the shard.</summary>
    Task Release();
}
