using System.Globalization;

namespace Taper.Embeddings.Weights;

/// <summary>
/// The dictionary at the head of an .npy file, a literal of Python with three keys in any order. Only text, True, False
/// and tuples of numbers are understood; a list of fields, which structured arrays have, is refused.
/// </summary>
internal sealed class NpyHeaderText
{
    private const int MostDimensions = 64;

    private readonly string text;
    private int at;
    private string? descriptor;
    private bool? isFortranOrder;
    private IReadOnlyList<long>? shape;

    private NpyHeaderText(string text) => this.text = text;

    public string Descriptor => descriptor!;

    public bool IsFortranOrder => isFortranOrder!.Value;

    public IReadOnlyList<long> Shape => shape!;

    /// <summary>Reads the dictionary.</summary>
    /// <exception cref="FormatException">It is of another form.</exception>
    public static NpyHeaderText Parse(string text)
    {
        NpyHeaderText header = new(text);
        header.ReadDictionary();
        return header;
    }

    private void ReadDictionary()
    {
        Expect('{');
        while (!TryTake('}'))
        {
            string key = ReadText();
            Expect(':');
            ReadValue(key);
            if (!TryTake(','))
            {
                Expect('}');
                break;
            }
        }

        if (Next() is not null || descriptor is null || isFortranOrder is null || shape is null)
        {
            throw Misshapen();
        }
    }

    private void ReadValue(string key)
    {
        switch (key)
        {
            case "descr" when descriptor is null:
                descriptor = Next() == '['
                    ? throw new FormatException("it is a structured array, of fields with types of their own")
                    : ReadText();
                break;
            case "fortran_order" when isFortranOrder is null:
                isFortranOrder = TryTake("True") || (TryTake("False") ? false : throw Misshapen());
                break;
            case "shape" when shape is null:
                shape = ReadShape();
                break;
            default:
                throw Misshapen();
        }
    }

    private List<long> ReadShape()
    {
        List<long> sizes = [];
        Expect('(');
        while (!TryTake(')'))
        {
            sizes.Add(sizes.Count < MostDimensions ? ReadSize() : throw new FormatException($"it has more than {MostDimensions} dimensions"));
            if (!TryTake(','))
            {
                Expect(')');
                break;
            }
        }

        return sizes;
    }

    private long ReadSize()
    {
        _ = Next();
        int start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return long.TryParse(text.AsSpan(start, at - start), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
            ? size
            : throw Misshapen();
    }

    private string ReadText()
    {
        char quote = Next() is char c and ('\'' or '"') ? c : throw Misshapen();
        int end = text.IndexOf(quote, at + 1);
        string read = end >= 0 ? text[(at + 1)..end] : throw Misshapen();
        at = end + 1;
        return read;
    }

    private void Expect(char c)
    {
        if (!TryTake(c))
        {
            throw Misshapen();
        }
    }

    private bool TryTake(char c)
    {
        bool found = Next() == c;
        at += found ? 1 : 0;
        return found;
    }

    private bool TryTake(string word)
    {
        bool found = Next() is not null && text.AsSpan(at).StartsWith(word, StringComparison.Ordinal);
        at += found ? word.Length : 0;
        return found;
    }

    /// <summary>The next character that is no blank, not taken; null at the end.</summary>
    private char? Next()
    {
        while (at < text.Length && text[at] is ' ' or '\n' or '\t' or '\r')
        {
            at++;
        }

        return at < text.Length ? text[at] : null;
    }

    private FormatException Misshapen() => new($"its header is not understood from character {at} on");
}
