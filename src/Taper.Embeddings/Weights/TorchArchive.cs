namespace Taper.Embeddings.Weights;

/// <summary>
/// The records of a file that torch.save wrote: a pickle <c>NAME/data.pkl</c>, the storages of its tensors as
/// <c>NAME/data/KEY</c>, and from PyTorch 2.1 on <c>NAME/byteorder</c>.
/// </summary>
internal sealed class TorchArchive
{
    private const string PickleName = "/data.pkl";
    private const int MostPickleBytes = 1 << 22;

    private readonly MappedFile file;
    private readonly ZipDirectory directory;
    private readonly string folder;

    /// <summary>Finds the records.</summary>
    /// <exception cref="FormatException">It is no sound zip archive, has no pickle, or is big-endian.</exception>
    public TorchArchive(MappedFile file)
    {
        this.file = file;
        directory = ZipDirectory.Read(file);
        string[] pickles = [.. directory.Names.Where(IsPickle)];
        folder = pickles.Length == 1
            ? pickles[0][..^PickleName.Length]
            : throw new FormatException(pickles.Length == 0 ? "it is a zip archive without data.pkl" : "it has several data.pkl");
        string order = $"{folder}/byteorder";
        if (directory.Names.Contains(order) && !Bytes(directory.Record(order), 16).SequenceEqual("little"u8))
        {
            throw new FormatException("its byte order is not little-endian");
        }
    }

    /// <summary>The pickle.</summary>
    /// <exception cref="FormatException">It cannot be read in place, or is so long that it is no state dict's.</exception>
    public ReadOnlySpan<byte> Pickle => Bytes(directory.Record(folder + PickleName), MostPickleBytes);

    /// <summary>Where the elements of a storage lie.</summary>
    /// <exception cref="FormatException">There is no such storage, or it cannot be read in place.</exception>
    public ZipRecord Storage(string key) => directory.Record($"{folder}/data/{key}");

    private static bool IsPickle(string name) =>
        name.EndsWith(PickleName, StringComparison.Ordinal) && name.IndexOf('/', StringComparison.Ordinal) == name.Length - PickleName.Length;

    private ReadOnlySpan<byte> Bytes(ZipRecord record, int most) =>
        record.Length <= (ulong)most
            ? file.Bytes(record.Start, (int)record.Length)
            : throw new FormatException($"a record is {record.Length} bytes long, where at most {most} are read");
}
