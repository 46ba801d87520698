namespace Taper.Data.Preparing.Parts;

/// <summary>What a part of the examples is.</summary>
/// <param name="Config">What is prepared.</param>
/// <param name="BaseFolder">Where relative paths of sources start.</param>
/// <param name="Folder">The folder of the dataset that is being made, the same for all parts.</param>
/// <param name="Index">The part's number, from 0.</param>
/// <param name="Parts">The number of parts.</param>
/// <param name="Files">The files with its examples.</param>
internal sealed record PartPlan(DataConfig Config, string BaseFolder, string Folder, int Index, int Parts, IReadOnlyList<FileOfExamples> Files)
{
    /// <summary>Deals files out in their order, so that parts have about as many bytes, and at least one file each.</summary>
    /// <param name="files">The files of all examples.</param>
    /// <param name="parts">The most parts.</param>
    public static IReadOnlyList<IReadOnlyList<FileOfExamples>> Deal(IReadOnlyList<FileOfExamples> files, int parts)
    {
        parts = Math.Min(parts, files.Count);
        long[] bytes = [.. files.Select(file => new FileInfo(file.Path).Length)];
        long all = bytes.Sum(), dealt = 0;
        List<List<FileOfExamples>> hands = [[]];
        for (int i = 0; i < files.Count; i++)
        {
            bool isDue = dealt + (bytes[i] / 2) >= all * hands.Count / parts && hands.Count < parts;
            if (hands[^1].Count > 0 && (isDue || files.Count - i <= parts - hands.Count))
            {
                hands.Add([]);
            }

            hands[^1].Add(files[i]);
            dealt += bytes[i];
        }

        return hands;
    }
}
