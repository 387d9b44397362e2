using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Threading.Channels;

namespace Marketplace.Testing.Solana;

/// <summary>A websocket on loopback that does to each of its callers what a test tells it to.</summary>
public sealed class HintSocket : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Channel<WebSocket> _callers = Channel.CreateUnbounded<WebSocket>();
    private readonly Task _accepting;

    public HintSocket()
    {
        int port;

        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        Url = new Uri($"ws://127.0.0.1:{port}/");
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        _accepting = Accept();
    }

    public Uri Url { get; }

    /// <summary>The next one that connects.</summary>
    public ValueTask<WebSocket> Next(CancellationToken cancel) => _callers.Reader.ReadAsync(cancel);

    public static Task Say(WebSocket socket, string text, CancellationToken cancel) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, endOfMessage: true, cancel);

    public static async Task<string> Hear(WebSocket socket, CancellationToken cancel)
    {
        var buffer = new byte[4_096];
        var got = await socket.ReceiveAsync(buffer.AsMemory(), cancel);
        return Encoding.UTF8.GetString(buffer, 0, got.Count);
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (_listener.IsListening)
            {
                var context = await _listener.GetContextAsync();
                _callers.Writer.TryWrite((await context.AcceptWebSocketAsync(null)).WebSocket);
            }
        }
        catch (Exception problem) when (problem is HttpListenerException or ObjectDisposedException
            or WebSocketException)
        {
            // Closed.
        }
    }
}
