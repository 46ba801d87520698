using CsCheck;

namespace Taper.Server.Tests;

/// <summary>Generates one of some values.</summary>
internal static class AnyOf
{
    public static Gen<T> These<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
