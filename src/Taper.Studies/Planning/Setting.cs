namespace Taper.Studies.Planning;

/// <summary>What is compared: a method on a dataset, with a network, at a budget; its runs differ by seed.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Network">Name of the network.</param>
/// <param name="Method">Name of the method.</param>
/// <param name="Budget">Share of the full table; null: none.</param>
internal sealed record Setting(string Dataset, string Network, string Method, double? Budget);
