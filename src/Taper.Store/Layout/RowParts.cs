using StackExchange.Redis;

namespace Taper.Store.Layout;

/// <summary>
/// A row as entries of a bucket: cut into parts of 64 bytes, as a hash with a longer value costs Redis several times the
/// memory. Only a full part has another one after it, unless it is the last that a row of the model can have.
/// </summary>
/// <param name="mostBytes">Bytes of the model's longest row.</param>
internal sealed class RowParts(int mostBytes)
{
    /// <summary>Bytes of a part.</summary>
    public const int Bytes = 64;

    /// <summary>Parts of the model's longest row.</summary>
    public int Most { get; } = Math.Max(1, (mostBytes + Bytes - 1) / Bytes);

    /// <summary>Parts of a row.</summary>
    public int CountFor(int bytes) => Math.Min(Most, (bytes / Bytes) + 1);

    /// <summary>Puts a row's parts together.</summary>
    /// <param name="parts">As many values as a row can have parts, those that are not there null.</param>
    /// <param name="row">Receives the row; room for the model's longest.</param>
    /// <returns>The row's bytes; -1 where there is none.</returns>
    /// <exception cref="FormatException">They are not the parts of a row.</exception>
    public int Join(ReadOnlySpan<RedisValue> parts, Span<byte> row)
    {
        int length = 0;
        int part = 0;
        for (bool more = true; more; part++)
        {
            if (parts[part].IsNull)
            {
                return part == 0 && Rest(parts) ? -1 : throw new FormatException("a part of the row is missing");
            }

            int bytes = (int)parts[part].GetByteCount();
            if (bytes > Bytes || length + bytes > row.Length)
            {
                throw new FormatException($"a part of the row has {bytes} bytes");
            }

            parts[part].CopyTo(row[length..]);
            length += bytes;
            more = bytes == Bytes && part + 1 < Most;
        }

        return Rest(parts[part..]) ? length : throw new FormatException("the row has a part too many");
    }

    private static bool Rest(ReadOnlySpan<RedisValue> parts)
    {
        foreach (RedisValue part in parts)
        {
            if (!part.IsNull)
            {
                return false;
            }
        }

        return true;
    }
}
