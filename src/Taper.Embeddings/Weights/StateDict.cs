namespace Taper.Embeddings.Weights;

/// <summary>
/// The named tensors of a pickle's value: dictionaries inside give dotted names, and what is no tensor is left out. A
/// dictionary may be referred to many times or contain itself, so that depth and the sum of all names are bounded.
/// </summary>
internal sealed class StateDict
{
    private const int MostDepth = 16;
    private const int CharactersPerByte = 4;

    private readonly Dictionary<string, PickledTensor> tensors = new(StringComparer.Ordinal);
    private long charactersLeft;

    private StateDict(long pickleBytes) => charactersLeft = pickleBytes * CharactersPerByte;

    /// <summary>The tensors by name.</summary>
    /// <exception cref="FormatException">The value is no dictionary, nests too deeply, or gives a name twice.</exception>
    public static IReadOnlyDictionary<string, PickledTensor> Read(ReadOnlySpan<byte> pickle)
    {
        StateDict state = new(pickle.Length);
        state.Add("", PickleMachine.Run(pickle) as PickledDict ?? throw new FormatException("it holds no dictionary of tensors"), 1);
        return state.tensors;
    }

    private void Add(string prefix, PickledDict dict, int depth)
    {
        if (depth > MostDepth)
        {
            throw new FormatException($"its dictionaries are nested more than {MostDepth} deep");
        }

        foreach ((string key, object value) in dict.Entries)
        {
            Charge(1);
            if (value is PickledDict inner)
            {
                Add(Name(prefix, key) + ".", inner, depth + 1);
            }
            else if (value is PickledTensor tensor && !tensors.TryAdd(Name(prefix, key), tensor))
            {
                throw new FormatException($"two tensors have the name {Quoted.Of(prefix + key)}");
            }
        }
    }

    private string Name(string prefix, string key)
    {
        Charge(prefix.Length + key.Length);
        return prefix + key;
    }

    private void Charge(int characters)
    {
        charactersLeft -= characters;
        if (charactersLeft < 0)
        {
            throw new FormatException("its dictionaries repeat each other");
        }
    }
}
