using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Marketplace.Grains.Tests.Webhooks;

/// <summary>A receiver on loopback that answers whatever bytes a test wants, for as long as it wants.</summary>
internal sealed class RawReceiver : IAsyncDisposable
{
    private const int HeadBytesMax = 16_384;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ends = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _answer;
    private readonly Task _serves;

    /// <param name="answer">What it does once it has read a request.</param>
    public RawReceiver(Func<NetworkStream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _serves = Serve();
    }

    public ConcurrentQueue<string> Requests { get; } = new();

    public int Connections { get; private set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public Uri Url => new($"http://127.0.0.1:{Port}/hook");

    public static Func<NetworkStream, CancellationToken, Task> Says(string text) =>
        (stream, cancel) => stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancel).AsTask();

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        _listener.Stop();
        await _serves;
        _ends.Dispose();
        _listener.Dispose();
    }

    private async Task Serve()
    {
        try
        {
            while (!_ends.IsCancellationRequested)
            {
                using var client = await _listener.AcceptTcpClientAsync(_ends.Token);
                Connections++;
                await Take(client.GetStream());
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or IOException)
        {
            // The test is over, or the other side has gone away.
        }
    }

    private async Task Take(NetworkStream stream)
    {
        var bytes = new byte[HeadBytesMax];
        var length = 0;

        while (length < bytes.Length)
        {
            var read = await stream.ReadAsync(bytes.AsMemory(length), _ends.Token);
            length += read;
            var text = Encoding.UTF8.GetString(bytes, 0, length);

            if (read == 0 || text.EndsWith('}'))
            {
                Requests.Enqueue(text);
                break;
            }
        }

        await _answer(stream, _ends.Token);
    }
}
