namespace Taper.Configuration.Tests;

public sealed class PlaceholderTests
{
}
