namespace Taper.Cluster.Preparing;

/// <summary>A part of the examples on its way into a dataset; its key says of which attempt.</summary>
internal interface IPartGrain : IGrainWithStringKey
{
    /// <summary>Makes the part.</summary>
    /// <param name="plan">A <see cref="Data.Preparing.Parts.PartPlan"/> as JSON.</param>
    /// <param name="shards">Keys of the shards of all vocabularies.</param>
    Task Load(string plan, string[] shards);

    /// <summary>Begins some work, or goes on waiting for it. The answer as JSON; null where it is to be asked again, since it is not done.</summary>
    Task<string?> Do(PartRequest request);

    /// <summary>Keeps the part: one that nobody asks for anything is given up.</summary>
    Task Hold();

    /// <summary>Stops what is under way and frees the part.</summary>
    Task Release();
}
