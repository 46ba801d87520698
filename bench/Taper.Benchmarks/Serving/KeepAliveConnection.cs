using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace Taper.Benchmarks.Serving;

/// <summary>
/// A connection that sends ready requests and reads whole answers, with as little work of its own as can be: on the
/// machine of the server, what the client does is missing there. Not for servers that are not trusted.
/// </summary>
internal sealed class KeepAliveConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 30_000, SendTimeout = 30_000 };
    private byte[] _buffer = new byte[64 << 10];
    private int _count;

    public KeepAliveConnection(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>Sends a request and reads its answer.</summary>
    /// <param name="request">With its headers.</param>
    /// <param name="body">What was answered; valid until the next call. Framed where the answer is chunked.</param>
    /// <returns>The status.</returns>
    /// <exception cref="IOException">The server closed the connection.</exception>
    /// <exception cref="SocketException">The connection broke, or there was no answer in 30 seconds.</exception>
    public int Exchange(byte[] request, out ReadOnlySpan<byte> body)
    {
        _socket.Send(request);
        _count = 0;
        int headers;
        while ((headers = Received.IndexOf("\r\n\r\n"u8)) < 0)
        {
            Receive();
        }

        int start = headers + 4;
        if (ContentLength(Received[..start]) is int length)
        {
            while (_count < start + length)
            {
                Receive();
            }
        }
        else
        {
            while (!Received.EndsWith("\r\n0\r\n\r\n"u8))
            {
                Receive();
            }
        }

        body = Received[start..];
        return Utf8Parser.TryParse(Received["HTTP/1.1 ".Length..], out int status, out _) ? status : 0;
    }

    public void Dispose() => _socket.Dispose();

    private ReadOnlySpan<byte> Received => _buffer.AsSpan(0, _count);

    private void Receive()
    {
        if (_count == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int received = _socket.Receive(_buffer.AsSpan(_count));
        _count += received > 0 ? received : throw new IOException("the server closed the connection");
    }

    private static int? ContentLength(ReadOnlySpan<byte> headers)
    {
        int at = headers.IndexOf("Content-Length: "u8);
        return at >= 0 && Utf8Parser.TryParse(headers[(at + "Content-Length: ".Length)..], out int length, out _) ? length : null;
    }
}
