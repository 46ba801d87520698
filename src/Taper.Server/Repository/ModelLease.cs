namespace Taper.Server.Repository;

/// <summary>
/// Keeps a version of a model alive. A request holds one lease from before it is parsed until it is answered, so that no
/// answer mixes versions. Dispose it once.
/// </summary>
internal sealed class ModelLease(ModelVersion version) : IDisposable
{
    private ModelVersion? held = version;

    /// <summary>The version.</summary>
    public ModelVersion Version { get; } = version;

    /// <inheritdoc/>
    public void Dispose() => Interlocked.Exchange(ref held, null)?.Release();
}
