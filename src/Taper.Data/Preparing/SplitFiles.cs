using Taper.Data.Columns;

namespace Taper.Data.Preparing;

/// <summary>The same column of every split, written split by split.</summary>
internal sealed class SplitFiles<T> : IDisposable
    where T : unmanaged
{
    private readonly NpyWriter<T>?[] writers = new NpyWriter<T>?[SplitNames.All.Count];

    /// <param name="folder">The dataset folder.</param>
    /// <param name="splits">The names of the splits there are.</param>
    /// <param name="file">The file's name within a split's folder.</param>
    public SplitFiles(string folder, IEnumerable<string> splits, string file)
    {
        foreach (string split in splits)
        {
            writers[Number(split)] = new NpyWriter<T>(Path.Combine(folder, split, file));
        }
    }

    /// <summary>The writer of a split that exists.</summary>
    public NpyWriter<T> this[int split] => writers[split]!;

    /// <summary>A split's number.</summary>
    public static int Number(string split)
    {
        int number = 0;
        while (SplitNames.All[number] != split)
        {
            number++;
        }

        return number;
    }

    /// <summary>Completes all files.</summary>
    public void Finish()
    {
        foreach (NpyWriter<T>? writer in writers)
        {
            writer?.Finish();
        }
    }

    public void Dispose()
    {
        foreach (NpyWriter<T>? writer in writers)
        {
            writer?.Dispose();
        }
    }
}
