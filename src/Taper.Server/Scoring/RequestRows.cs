using Taper.Models;
using Taper.Server.Protocols;
using Taper.Server.Settings;

namespace Taper.Server.Scoring;

/// <summary>
/// The raw values of a request as UTF-8 texts by row and field: what every protocol fills and the scorer reads. A value that
/// is not set is missing, unless the shared row has it. Used again after <see cref="Start"/>; not thread-safe.
/// </summary>
internal sealed class RequestRows
{
    /// <summary>The row whose values stand for all rows that have none of their own: the user's part of a ranking.</summary>
    public const int Shared = -1;

    private readonly LimitSettings limits;
    private byte[] texts = new byte[1024];
    private Cell[] cells = new Cell[64]; // the shared row first, then the others
    private int fields;
    private int used;
    private int start;

    /// <param name="limits">How many rows and how long texts are taken.</param>
    public RequestRows(LimitSettings limits) => this.limits = limits;

    /// <summary>The number of rows, the shared one not among them.</summary>
    public int Count { get; private set; }

    /// <summary>The same rows with embeddings that were fetched for them; null where the version's own are to be used.</summary>
    public CandidateBatch? Fetched { get; set; }

    /// <summary>The bytes of memory it keeps.</summary>
    public long KeptBytes => texts.Length + ((long)cells.Length * 8);

    /// <summary>Forgets everything.</summary>
    /// <param name="fieldCount">Fields of the model.</param>
    public void Start(int fieldCount)
    {
        Fetched = null;
        fields = fieldCount;
        used = start = 0;
        Resize(0);
        cells.AsSpan(0, fields).Clear();
    }

    /// <summary>Adds a row of missing values and returns its number.</summary>
    /// <exception cref="RequestException">There are too many.</exception>
    public int AddRow()
    {
        Resize(Count + 1);
        return Count - 1;
    }

    /// <summary>Sets the number of rows; new ones are of missing values.</summary>
    /// <exception cref="RequestException">There are too many.</exception>
    public void Resize(int rows)
    {
        if (rows > limits.MaxRows)
        {
            throw RequestException.TooLarge($"The request has more than {limits.MaxRows} rows, which is the limit; send several requests.");
        }

        int old = (Count + 1) * fields;
        int needed = (rows + 1) * fields;
        if (needed > cells.Length)
        {
            Array.Resize(ref cells, Math.Max(needed, cells.Length * 2));
        }

        if (needed > old)
        {
            cells.AsSpan(old, needed - old).Clear();
        }

        Count = rows;
    }

    /// <summary>Whether a row has a value of its own in a field.</summary>
    public bool Has(int row, int field) => cells[At(row, field)].Next > 0;

    /// <summary>The text of a value, of the shared row's where the row has none of its own; empty where it is missing.</summary>
    public ReadOnlySpan<byte> Get(int row, int field) => Has(row, field) ? GetOwn(row, field) : GetOwn(Shared, field);

    /// <summary>The text of a row's own value; empty where it has none.</summary>
    public ReadOnlySpan<byte> GetOwn(int row, int field)
    {
        Cell cell = cells[At(row, field)];
        return cell.Next == 0 ? [] : texts.AsSpan(cell.Start, cell.Next - 1 - cell.Start);
    }

    /// <summary>Sets a value.</summary>
    /// <exception cref="RequestException">It is too long.</exception>
    public void Set(int row, int field, ReadOnlySpan<byte> utf8)
    {
        Append(utf8);
        End(row, field);
    }

    /// <summary>Adds to the text that <see cref="End"/> sets.</summary>
    /// <exception cref="RequestException">It is too long.</exception>
    public void Append(ReadOnlySpan<byte> utf8)
    {
        utf8.CopyTo(Room(utf8.Length));
        used += utf8.Length;
    }

    /// <summary>Room to write up to so many bytes to, of which <see cref="Advance"/> says how many there were.</summary>
    /// <exception cref="RequestException">It is too long.</exception>
    public Span<byte> Room(int bytes)
    {
        if (used - start + bytes > limits.MaxTextBytes)
        {
            throw RequestException.Bad($"A value has more than {limits.MaxTextBytes} bytes, which is the limit.");
        }

        if (bytes > texts.Length - used)
        {
            Array.Resize(ref texts, Math.Max(used + bytes, texts.Length * 2));
        }

        return texts.AsSpan(used, bytes);
    }

    /// <summary>Takes bytes that were written to <see cref="Room"/>.</summary>
    public void Advance(int bytes) => used += bytes;

    /// <summary>Sets a value to what was appended.</summary>
    public void End(int row, int field)
    {
        cells[At(row, field)] = new Cell(start, used + 1);
        start = used;
    }

    private int At(int row, int field) => ((row + 1) * fields) + field;

    /// <summary>Where a text lies: from Start to Next - 1; a Next of 0 is no text.</summary>
    private readonly record struct Cell(int Start, int Next);
}
