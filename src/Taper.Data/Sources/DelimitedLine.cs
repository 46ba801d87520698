using System.Text;

namespace Taper.Data.Sources;

/// <summary>Takes one line of delimited text apart.</summary>
internal static class DelimitedLine
{
    /// <summary>The values of a line; within <paramref name="quote"/> the delimiter is text and a doubled quote is one.</summary>
    public static IReadOnlyList<string> Split(string line, string delimiter, string quote)
    {
        List<string> values = [];
        StringBuilder value = new();
        bool quoted = false;
        for (int at = 0; at < line.Length;)
        {
            if (quote.Length > 0 && Starts(line, at, quote))
            {
                if (quoted && Starts(line, at + quote.Length, quote))
                {
                    value.Append(quote);
                    at += quote.Length;
                }
                else
                {
                    quoted = !quoted;
                }

                at += quote.Length;
            }
            else if (!quoted && Starts(line, at, delimiter))
            {
                values.Add(value.ToString());
                value.Clear();
                at += delimiter.Length;
            }
            else
            {
                value.Append(line[at++]);
            }
        }

        values.Add(value.ToString());
        return values;
    }

    private static bool Starts(string line, int at, string text) =>
        string.CompareOrdinal(line, at, text, 0, text.Length) == 0;
}
