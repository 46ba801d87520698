namespace Taper.Studies;

/// <summary>The methods at one budget, which can be compared, and what is found.</summary>
/// <param name="Budget">Share of the full table; null: without a budget.</param>
/// <param name="Settings">The methods that have finished runs, in the study's order.</param>
/// <param name="Finding">What is found, in one line.</param>
/// <param name="Evidence">What the finding rests on.</param>
public sealed record ComparedGroup(double? Budget, IReadOnlyList<SettingSummary> Settings, string Finding, string Evidence);
