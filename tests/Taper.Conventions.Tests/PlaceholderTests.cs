namespace Taper.Conventions.Tests;

public sealed class PlaceholderTests
{
}
