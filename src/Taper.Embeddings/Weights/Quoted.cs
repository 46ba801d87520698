namespace Taper.Embeddings.Weights;

/// <summary>Text of an untrusted file as an error message shows it: quoted, short, on one line, without control characters.</summary>
internal static class Quoted
{
    private const int Most = 80;

    public static string Of(string text)
    {
        string shown = text.Length > Most ? text[..Most] + "…" : text;
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c))}'";
    }
}
