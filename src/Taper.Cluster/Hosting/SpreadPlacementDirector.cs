using Orleans.Runtime.Placement;

namespace Taper.Cluster.Hosting;

/// <summary>See <see cref="SpreadPlacement"/>.</summary>
internal sealed class SpreadPlacementDirector(IClusterMembershipService membership) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        SiloAddress[] compatible = context.GetCompatibleSilos(target);
        SiloAddress[] working = [.. compatible.Where(DoesWork).Order()];
        SiloAddress[] silos = working.Length > 0 ? working : compatible;
        return Task.FromResult(silos[NumberOf(target.GrainIdentity.Key.ToString()!) % silos.Length]);
    }

    private bool DoesWork(SiloAddress silo) =>
        !membership.CurrentSnapshot.Members.TryGetValue(silo, out ClusterMember? member) || !member.Name.StartsWith(SiloNames.Front, StringComparison.Ordinal);

    /// <summary>The number at the end of a key, 0 where there is none.</summary>
    internal static int NumberOf(string key)
    {
        int start = key.Length;
        while (start > 0 && char.IsAsciiDigit(key[start - 1]))
        {
            start--;
        }

        return int.TryParse(key.AsSpan(start), out int number) ? number : 0;
    }
}
