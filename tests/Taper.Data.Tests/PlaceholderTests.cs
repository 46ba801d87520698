namespace Taper.Data.Tests;

public sealed class PlaceholderTests
{
}
