using System.Net.Sockets;
using System.Text;

namespace Hone.Server.Tests.Http;

/// <summary>A connection on which anything can be sent.</summary>
sealed class RawConnection : IDisposable
{
    readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    public static async Task<RawConnection> OpenAsync(Uri server)
    {
        RawConnection connection = new();
        await connection._socket.ConnectAsync(server.Host, server.Port);
        return connection;
    }

    public async Task<RawConnection> SendAsync(string text)
    {
        await _socket.SendAsync(Encoding.Latin1.GetBytes(text));
        return this;
    }

    /// <summary>All that comes until the server closes, or has been silent for that long.</summary>
    public async Task<string> ReceiveAsync(TimeSpan silence)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[4096];
        try
        {
            while (true)
            {
                using CancellationTokenSource timeout = new(silence);
                int read = await _socket.ReceiveAsync(buffer, timeout.Token);
                if (read == 0)
                    break;
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            // Nothing more comes.
        }

        return text.ToString();
    }

    /// <summary>Ends it without a word: what the other side still sends is answered with a reset.</summary>
    public void Abort() => _socket.Close(timeout: 0);

    public void Dispose() => _socket.Dispose();
}
