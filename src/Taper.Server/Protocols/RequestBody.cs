using System.Buffers;
using System.IO.Pipelines;
using System.Text.Unicode;
using Taper.Server.Settings;

namespace Taper.Server.Protocols;

/// <summary>The body of a request in one pooled piece of memory, which grows with what has arrived.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 16 << 10;
    private readonly BodyBudget budget;
    private readonly int most;
    private byte[] bytes = [];
    private int length;

    private RequestBody(BodyBudget budget, int most)
    {
        this.budget = budget;
        this.most = most;
    }

    /// <summary>What arrived.</summary>
    public ReadOnlySpan<byte> Bytes => bytes.AsSpan(0, length);

    /// <summary>Reads a body to its end.</summary>
    /// <exception cref="RequestException">413: it is too large; 415: it is compressed; 429: too many are held.</exception>
    public static async ValueTask<RequestBody> ReadAsync(HttpContext context, BodyBudget budget, LimitSettings limits)
    {
        if (context.Request.Headers.ContentEncoding.Count > 0)
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "Send the body without Content-Encoding: compressed bodies are not taken.");
        }

        if (context.Request.ContentLength > limits.MaxBodyBytes)
        {
            throw TooLarge(limits.MaxBodyBytes);
        }

        var body = new RequestBody(budget, limits.MaxBodyBytes);
        try
        {
            await body.FillAsync(context.Request.BodyReader, context.RequestAborted);
            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Copies a body that has arrived already.</summary>
    /// <exception cref="RequestException">413: it is too large; 429: too many are held.</exception>
    public static RequestBody Copy(ReadOnlySequence<byte> arrived, BodyBudget budget, LimitSettings limits)
    {
        var body = new RequestBody(budget, limits.MaxBodyBytes);
        try
        {
            foreach (ReadOnlyMemory<byte> piece in arrived)
            {
                body.Append(piece.Span);
            }

            return body;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Refuses text that is not UTF-8.</summary>
    public static void RequireUtf8(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            throw RequestException.Bad("The body is not valid UTF-8.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            budget.Return(bytes.Length);
            bytes = [];
        }
    }

    private static RequestException TooLarge(int most) =>
        RequestException.TooLarge($"The body has more than {most} bytes, which is the limit; send several requests.");

    private async ValueTask FillAsync(PipeReader reader, CancellationToken cancellation)
    {
        while (true)
        {
            ReadResult read = await reader.ReadAsync(cancellation);
            foreach (ReadOnlyMemory<byte> piece in read.Buffer)
            {
                Append(piece.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    private void Append(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > most - length)
        {
            throw TooLarge(most);
        }

        if (length + piece.Length > bytes.Length)
        {
            Grow(length + piece.Length);
        }

        piece.CopyTo(bytes.AsSpan(length));
        length += piece.Length;
    }

    private void Grow(int needed)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, Math.Max(FirstBytes, bytes.Length * 2)));
        try
        {
            budget.Take(larger.Length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(larger);
            throw;
        }

        Bytes.CopyTo(larger);
        Dispose();
        bytes = larger;
    }
}
