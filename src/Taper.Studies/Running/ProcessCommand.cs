namespace Taper.Studies;

/// <summary>A command of taper.</summary>
/// <param name="Arguments">Its arguments, as in <c>train config.yaml --data DIR</c>.</param>
/// <param name="LockFile">A file that the process holds locked while it lives.</param>
public sealed record ProcessCommand(IReadOnlyList<string> Arguments, string LockFile);
