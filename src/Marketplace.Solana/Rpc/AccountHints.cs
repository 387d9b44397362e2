using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Marketplace.Solana.Rpc;

/// <summary>
/// Hears from a node's websocket that accounts changed, so that whoever polls can look sooner. What it hears is a hint:
/// nothing of a message is used but which account it is about, and a socket that lies, is silent or is dead changes
/// nothing but how soon somebody looks.
/// </summary>
public sealed class AccountHints(
    Uri url, IReadOnlyList<PublicKey> accounts, HintRules? rules = null, TimeProvider? clock = null)
{
    /// <summary>Most accounts of one connection.</summary>
    public const int AccountsMax = 1_024;

    private readonly HintRules _rules = rules ?? new HintRules();
    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly IReadOnlyList<PublicKey> _accounts = accounts.Count is > 0 and <= AccountsMax
        ? accounts
        : throw new ArgumentOutOfRangeException(nameof(accounts), accounts.Count, $"1 to {AccountsMax} accounts.");

    /// <summary>Listens until it is stopped; after a lost connection again, each time a little later.</summary>
    /// <param name="changed">Called for one account after another; it may not throw.</param>
    /// <param name="lost">Called with what ended a connection.</param>
    /// <param name="stop">Ends it.</param>
    public async Task Listen(
        Func<PublicKey, CancellationToken, Task> changed, Action<string> lost, CancellationToken stop)
    {
        var pause = _rules.PauseMin;

        while (!stop.IsCancellationRequested)
        {
            var begun = _clock.GetTimestamp();

            try
            {
                lost(await Hear(changed, stop));
            }
            catch (Exception problem) when (problem is WebSocketException or IOException or JsonException
                or InvalidOperationException or FormatException or OverflowException or HttpRequestException
                or OperationCanceledException)
            {
                if (stop.IsCancellationRequested)
                {
                    return;
                }

                lost(problem.Message);
            }

            // Only a connection that lasted makes the next try an early one again: not one that is taken and dropped.
            pause = _clock.GetElapsedTime(begun) >= _rules.PauseMax ? _rules.PauseMin : pause;

            try
            {
                await Task.Delay(pause, _clock, stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 > _rules.PauseMax ? _rules.PauseMax : pause * 2;
        }
    }

    /// <summary>One connection; answers why it ended.</summary>
    private async Task<string> Hear(Func<PublicKey, CancellationToken, Task> changed, CancellationToken stop)
    {
        using var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = _rules.PingEvery;
        socket.Options.KeepAliveTimeout = _rules.PongWithin;

        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(stop))
        {
            limit.CancelAfter(_rules.ConnectWithin);
            await socket.ConnectAsync(url, limit.Token);

            for (var number = 0; number < _accounts.Count; number++)
            {
                await socket.SendAsync(
                    Subscribe(number, _accounts[number]), WebSocketMessageType.Text, endOfMessage: true, limit.Token);
            }
        }

        var subscribed = new Dictionary<long, PublicKey>();
        var heard = new Dictionary<PublicKey, long>();
        var buffer = new byte[_rules.MessageBytesMax];
        var second = _clock.GetTimestamp();

        for (var messages = 1; ; messages++)
        {
            if (await Receive(socket, buffer, stop) is not { } length)
            {
                return socket.State == WebSocketState.Open
                    ? $"a message of more than {_rules.MessageBytesMax} bytes"
                    : "the node closed the connection";
            }

            if (_clock.GetElapsedTime(second) >= TimeSpan.FromSeconds(1))
            {
                second = _clock.GetTimestamp();
                messages = 1;
            }
            else if (messages > _rules.MessagesPerSecondMax)
            {
                return $"more than {_rules.MessagesPerSecondMax} messages in a second";
            }

            if (Read(buffer.AsMemory(0, length), subscribed) is { } account && IsDue(heard, account))
            {
                await changed(account, stop);
            }
        }
    }

    private static byte[] Subscribe(int number, PublicKey account) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["jsonrpc"] = "2.0",
        ["id"] = number,
        ["method"] = "accountSubscribe",
        ["params"] = new JsonArray(
            account.ToString(),
            new JsonObject
            {
                ["commitment"] = RpcJson.Name(Commitment.Finalized),
                ["encoding"] = "base64",
                ["dataSlice"] = new JsonObject { ["offset"] = 0, ["length"] = 0 },
            }),
    });

    /// <summary>The length of one whole message; null when it is too long or the connection is over.</summary>
    private static async Task<int?> Receive(ClientWebSocket socket, byte[] buffer, CancellationToken stop)
    {
        for (var length = 0; length < buffer.Length;)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), stop);
            length += part.Count;

            if (part.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop);
                return null;
            }

            if (part.EndOfMessage)
            {
                return length;
            }
        }

        return null;
    }

    /// <summary>Which of our accounts a message is about; null for anything else that it may say.</summary>
    private PublicKey? Read(ReadOnlyMemory<byte> message, Dictionary<long, PublicKey> subscribed)
    {
        using var document = JsonDocument.Parse(message);
        var root = document.RootElement;

        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (Number(root, "id") is { } id && Number(root, "result") is { } subscription
            && id >= 0 && id < _accounts.Count && subscribed.Count < _accounts.Count)
        {
            subscribed[subscription] = _accounts[(int)id];
            return _accounts[(int)id];
        }

        return root.TryGetProperty("params", out var parameters) && parameters.ValueKind == JsonValueKind.Object
            && Number(parameters, "subscription") is { } about
                ? subscribed.GetValueOrDefault(about)
                : null;
    }

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
                ? number
                : null;

    /// <summary>Too many hints about one account are no more than one.</summary>
    private bool IsDue(Dictionary<PublicKey, long> heard, PublicKey account)
    {
        if (heard.TryGetValue(account, out var last) && _clock.GetElapsedTime(last) < _rules.SameEvery)
        {
            return false;
        }

        heard[account] = _clock.GetTimestamp();
        return true;
    }
}
