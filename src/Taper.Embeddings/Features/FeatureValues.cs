using System.Buffers;
using System.Text;

namespace Taper.Embeddings.Features;

/// <summary>
/// The texts of a vocabulary, handed out in the order of their ids, as often as is asked for. Nothing says that they are
/// in memory: derive from this to stream them from where they lie.
/// </summary>
public abstract class FeatureValues
{
    /// <summary>How many there are: the ids are 0 to Count - 1.</summary>
    public abstract int Count { get; }

    /// <summary>Hands out each id, from 0 on, and its text as UTF-8, which is valid during the call alone.</summary>
    public abstract void Visit(Action<int, ReadOnlySpan<byte>> visitor);

    /// <summary>Texts that are in memory.</summary>
    /// <param name="values">The text of each id.</param>
    public static FeatureValues Of(IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new InMemory(values);
    }

    /// <summary>All texts, in memory.</summary>
    public string[] ToArray()
    {
        string[] texts = new string[Count];
        Visit((id, utf8) => texts[id] = Encoding.UTF8.GetString(utf8));
        return texts;
    }

    private sealed class InMemory(IReadOnlyList<string> values) : FeatureValues
    {
        public override int Count => values.Count;

        public override void Visit(Action<int, ReadOnlySpan<byte>> visitor)
        {
            ArgumentNullException.ThrowIfNull(visitor);
            ArrayBufferWriter<byte> utf8 = new();
            for (int id = 0; id < values.Count; id++)
            {
                utf8.ResetWrittenCount();
                Encoding.UTF8.GetBytes(values[id], utf8);
                visitor(id, utf8.WrittenSpan);
            }
        }
    }
}
