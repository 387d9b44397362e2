namespace Marketplace.Grains.Renders;

/// <summary>How renders are quoted before they are ordered. Section <c>Quotes</c>.</summary>
public sealed class QuoteOptions
{
    public const string Section = "Quotes";

    /// <summary>How long an order may quote a price after it was made. Default 15 minutes.</summary>
    public TimeSpan ValidFor { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Threads that a host traces small pictures with, of one order at a time. Default 2.</summary>
    public int Threads { get; set; } = 2;

    /// <summary>
    /// Largest scene that a host loads to quote it, bytes of its files. Default 1 GiB.
    /// </summary>
    public long SceneBytesMax { get; set; } = 1L << 30;

    /// <summary>Tracing of one order that is not over by then is given up, and refused. Default 30 seconds.</summary>
    public TimeSpan TimeMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After this long each frame is passed over once more at most, and the quote made of fewer passes. Default 5
    /// seconds.
    /// </summary>
    public TimeSpan TimeWanted { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a request waits for its quote; the tracing goes on, and asking again gets it. Default 10 seconds.
    /// </summary>
    public TimeSpan AnswerWithin { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Orders of all accounts that may wait on one host to be traced. Default 32.</summary>
    public int WaitingMax { get; set; } = 32;

    /// <summary>Of those, orders of one account, the one at work included. Default 2.</summary>
    public int PerAccountMax { get; set; } = 2;

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { ValidFor: { TotalSeconds: < 1 } or { TotalDays: > 1 } } => "Quotes:ValidFor must be 1 second to 1 day",
        { Threads: < 1 or > 256 } => "Quotes:Threads must be 1 to 256",
        { SceneBytesMax: < 0 } => "Quotes:SceneBytesMax must not be below zero",
        { TimeMax: { TotalSeconds: < 1 } or { TotalMinutes: > 10 } } => "Quotes:TimeMax must be 1 second to 10 minutes",
        { TimeWanted: { Ticks: < 0 } or { TotalMinutes: > 10 } } => "Quotes:TimeWanted must be 0 to 10 minutes",
        { AnswerWithin: { TotalSeconds: < 0.1 } or { TotalMinutes: > 1 } } =>
            "Quotes:AnswerWithin must be 0.1 seconds to 1 minute",
        { WaitingMax: < 1 or > 10_000 } => "Quotes:WaitingMax must be 1 to 10000",
        { PerAccountMax: < 1 or > 1_000 } => "Quotes:PerAccountMax must be 1 to 1000",
        _ => null,
    };
}
