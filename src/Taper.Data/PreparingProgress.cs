namespace Taper.Data;

/// <summary>How far preparing has come.</summary>
/// <param name="Doing">What is being done.</param>
/// <param name="Done">Steps finished.</param>
/// <param name="Total">Steps in all.</param>
public readonly record struct PreparingProgress(string Doing, int Done, int Total);
