namespace Taper.Embeddings.Weights;

/// <summary>A dictionary of a pickle, as far as tensors can be named by it: entries whose keys are no text are forgotten.</summary>
internal sealed class PickledDict
{
    private Dictionary<string, object>? entries;

    public IEnumerable<KeyValuePair<string, object>> Entries => entries ?? [];

    public bool IsEmpty => entries is null;

    public void Set(object key, object value)
    {
        if (key is string name)
        {
            (entries ??= new Dictionary<string, object>(StringComparer.Ordinal))[name] = value;
        }
    }
}
