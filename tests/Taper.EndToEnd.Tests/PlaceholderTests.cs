namespace Taper.EndToEnd.Tests;

public sealed class PlaceholderTests
{
}
