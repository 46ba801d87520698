using CsCheck;

namespace Taper.Data.Tests;

/// <summary>One of a few values.</summary>
internal static class Any
{
    public static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
