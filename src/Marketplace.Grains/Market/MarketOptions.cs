namespace Marketplace.Grains.Market;

/// <summary>How work is brought to devices. Section <c>Market</c>.</summary>
public sealed class MarketOptions
{
    public const string Section = "Market";

    /// <summary>An attempt without a sign of life for this long is looked into. Default 20 seconds.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How often the sweep looks at a job that a device has. Default 10 seconds.</summary>
    public TimeSpan LookRunning { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the sweep looks at work that waits. Default 30 seconds.</summary>
    public TimeSpan LookWaiting { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a ticket that was taken stays out of sight. Default 5 seconds.</summary>
    public TimeSpan TicketHidden { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the list of device classes may be old. Default 2 seconds.</summary>
    public TimeSpan ClassesKept { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>At most this often the tokens of a running job are stored. Default 1 second.</summary>
    public TimeSpan TokensStoredEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Most tickets in one book; beyond, work waits for the sweep. Default 200,000.</summary>
    public int TicketsMax { get; set; } = 200_000;

    /// <summary>Devices that get a hint of one piece of work. Default 2.</summary>
    public int HintsPerTicket { get; set; } = 2;

    /// <summary>
    /// For so long new work is left to free devices that have its model loaded, and units of a render by a device that
    /// is free to devices that have more of their scene. Default 1 second.
    /// </summary>
    public TimeSpan WarmPatience { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For so long a line of a batch lets pass what comes after it, unless a device is free; then it waits no longer
    /// than others and gives way to nobody. Default 10 minutes.
    /// </summary>
    public TimeSpan BatchPatience { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>So often a line of a batch gives way while it is made; 0 for never. Default 2.</summary>
    public int YieldsMax { get; set; } = 2;

    /// <summary>Tokens that a line of a batch makes on a device before it gives way. Default 16.</summary>
    public int YieldTokensMin { get; set; } = 16;

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { Lease.Ticks: <= 0 } => "Market:Lease must be above zero",
        { LookRunning.Ticks: <= 0 } => "Market:LookRunning must be above zero",
        { LookWaiting.Ticks: <= 0 } => "Market:LookWaiting must be above zero",
        { TicketHidden.Ticks: <= 0 } => "Market:TicketHidden must be above zero",
        { ClassesKept.Ticks: < 0 } => "Market:ClassesKept must not be below zero",
        { TokensStoredEvery.Ticks: < 0 } => "Market:TokensStoredEvery must not be below zero",
        { TicketsMax: < 1 or > 10_000_000 } => "Market:TicketsMax must be 1 to 10000000",
        { WarmPatience.Ticks: < 0 } => "Market:WarmPatience must not be below zero",
        { BatchPatience: { Ticks: < 0 } or { TotalDays: > 1 } } => "Market:BatchPatience must be 0 to 1 day",
        { YieldsMax: < 0 or > 100 } => "Market:YieldsMax must be 0 to 100",
        { YieldTokensMin: < 1 or > 10_000 } => "Market:YieldTokensMin must be 1 to 10000",
        { HintsPerTicket: < 0 or > 100 } => "Market:HintsPerTicket must be 0 to 100",
        _ => null,
    };
}
