namespace Taper.Studies;

/// <summary>A run that did not end well.</summary>
/// <param name="Name">Which run.</param>
/// <param name="Error">The error's line.</param>
/// <param name="Log">Where its log lies.</param>
public sealed record RunFailure(RunName Name, string Error, string Log);
