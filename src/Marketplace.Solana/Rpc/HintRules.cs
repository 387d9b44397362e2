namespace Marketplace.Solana.Rpc;

/// <summary>What a node's websocket may cost.</summary>
public sealed record HintRules
{
    /// <summary>Before the second try to connect; twice as long before each further one. Default 1 s.</summary>
    public TimeSpan PauseMin { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Longest pause between two tries, and how long a connection must have lasted to be a good one. Default 60 s.
    /// </summary>
    public TimeSpan PauseMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Time to connect and to subscribe. Default 10 s.</summary>
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a silent connection is tried. Default 20 s.</summary>
    public TimeSpan PingEvery { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long an answer to that may take. Default 20 s.</summary>
    public TimeSpan PongWithin { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A longer message ends the connection. Default 16 KB: one of ours has no data in it.</summary>
    public int MessageBytesMax { get; init; } = 16 * 1024;

    /// <summary>More end the connection. Default 2,000.</summary>
    public int MessagesPerSecondMax { get; init; } = 2_000;

    /// <summary>Hints about one account within this are one. Default 100 ms.</summary>
    public TimeSpan SameEvery { get; init; } = TimeSpan.FromMilliseconds(100);
}
