namespace Taper.Embeddings.Tests;

public sealed class PlaceholderTests
{
}
