namespace Taper.Training.Natives;

/// <summary>
/// A native library that training needs is missing or does not load. The message is one line: the file, the reason
/// the system gave, and what to do about it.
/// </summary>
public sealed class NativeLibraryException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="file">The library, as a full path where it was found, else as a file name.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="mend">What to do about it.</param>
    /// <param name="inner">The failure underneath, where there is one.</param>
    public NativeLibraryException(string file, string reason, string mend, Exception? inner = null)
        : base($"cannot load '{file}': {OneLine(reason)}; {mend}", inner)
    {
        File = file;
        Mend = mend;
    }

    /// <summary>The library, as a full path where it was found, else as a file name.</summary>
    public string File { get; }

    /// <summary>What to do about it.</summary>
    public string Mend { get; }

    private static string OneLine(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
