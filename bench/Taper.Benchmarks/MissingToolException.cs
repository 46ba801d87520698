namespace Taper.Benchmarks;

/// <summary>A benchmark needs a program that this machine does not have; the message says how to install it.</summary>
internal sealed class MissingToolException(string message) : Exception(message);
