namespace Taper.Cluster.Hosting;

/// <summary>Names of silos that mean something.</summary>
internal static class SiloNames
{
    /// <summary>Begins the name of a silo that hosts membership and follows a training, and takes no part in it.</summary>
    public const string Front = "front-";
}
