namespace Taper.Models.Tests;

public sealed class PlaceholderTests
{
}
