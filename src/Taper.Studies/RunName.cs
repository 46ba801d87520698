using System.Globalization;

namespace Taper.Studies;

/// <summary>What a run is called in a study.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Network">Name of the network.</param>
/// <param name="Method">Name of the method.</param>
/// <param name="Budget">Share of the full table; null: none.</param>
/// <param name="Seed">Seed of the training.</param>
/// <param name="Trial">Number of the trial, from 0; null for a run that is measured.</param>
public sealed record RunName(string Dataset, string Network, string Method, double? Budget, long Seed, int? Trial)
{
    /// <summary>The budget in words.</summary>
    internal string BudgetText => TextOf(Budget);

    /// <summary>A budget in words.</summary>
    internal static string TextOf(double? budget) => budget?.ToString(CultureInfo.InvariantCulture) ?? "none";

    /// <summary>As in <c>frappe/dnn/amtl/0.25/seed 1</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Dataset}/{Network}/{Method}/{BudgetText}/{(Trial is int trial ? $"trial {trial + 1}" : $"seed {Seed}")}");
}
