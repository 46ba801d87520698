namespace Taper.Training.Tests;

public sealed class PlaceholderTests
{
}
