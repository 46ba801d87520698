namespace Taper.Studies;

/// <summary>What a study found on one dataset with one network.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Network">Name of the network.</param>
/// <param name="Groups">The budgets, the smallest first, and at the end what has none.</param>
public sealed record ComparedDataset(string Dataset, string Network, IReadOnlyList<ComparedGroup> Groups)
{
    /// <summary>Dataset and network in words.</summary>
    public string Title => Network == Study.OnlyNetwork ? Dataset : $"{Dataset}, {Network}";

    /// <summary>The finished settings.</summary>
    internal IEnumerable<SettingSummary> Settings => Groups.SelectMany(group => group.Settings);
}
