using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Payouts;

/// <summary>Payouts to providers; section <c>Payouts</c>.</summary>
public sealed class PayoutOptions
{
    public const string Section = "Payouts";

    /// <summary>Smallest payout in USDC. Default 1.</summary>
    public decimal MinimumUsdc { get; set; } = 1m;

    /// <summary>Payouts of one provider in 24 hours. Default 5.</summary>
    public int PerDay { get; set; } = 5;

    /// <summary>How long a new wallet has to wait. Default 24 h.</summary>
    public TimeSpan WalletChangeLock { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// How often standard payouts go out, counted from midnight UTC; 0 at once. Default 0, at most 1 day.
    /// </summary>
    public TimeSpan StandardRunEvery { get; set; } = TimeSpan.Zero;

    /// <summary>USDC that may go out in instant payouts within 24 hours. Default 10,000.</summary>
    public decimal DailyFloatUsdc { get; set; } = 10_000m;

    /// <summary>
    /// Price of instant payouts: up to so many percent of the float for so many basis points. Default 50, 150 and 400
    /// at 25, 50 and 80 %; above, payouts are standard ones.
    /// </summary>
    public string InstantLadder { get; set; } = "25:50 50:150 80:400";

    /// <summary>Most USDC that one transaction may move. Default 10,000.</summary>
    public decimal TransactionMaxUsdc { get; set; } = 10_000m;

    /// <summary>Most USDC that may be signed within an hour, over all lanes. Default 20,000.</summary>
    public decimal SignedPerHourMaxUsdc { get; set; } = 20_000m;

    /// <summary>Most USDC that may be signed within a day, over all lanes. Default 100,000.</summary>
    public decimal SignedPerDayMaxUsdc { get; set; } = 100_000m;

    /// <summary>
    /// A payout in review of more USDC than this is released by two people. Default 10,000.
    /// </summary>
    public decimal FourEyesAboveUsdc { get; set; } = 10_000m;

    /// <summary>Lanes that work side by side, one transaction each at a time. Default 1.</summary>
    public int Lanes { get; set; } = 1;

    /// <summary>Pace of a lane that has work. Default 1 s.</summary>
    public TimeSpan StepEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the same bytes go out again while nothing is seen. Default 2 s.</summary>
    public TimeSpan SendEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long nothing may be seen before the priority fee is raised on the same nonce. Default 60 s.
    /// </summary>
    public TimeSpan ReplaceAfter { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often sleeping lanes are woken to look for work. Default 5 s.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a lane belongs to a worker that is not heard of. Default 20 s.</summary>
    public TimeSpan LaneLease { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Least priority price, in millionths of a lamport for each compute unit. Default 1,000.</summary>
    public long PriorityMin { get; set; } = 1_000;

    /// <summary>Most priority price. Default 1,000,000.</summary>
    public long PriorityMax { get; set; } = 1_000_000;

    /// <summary>
    /// With <c>Solana:LookupTables</c>: payees of one transaction at most, 15 to 44. More than 15 are taken only as far
    /// as lookup tables make room for them. Default 44.
    /// </summary>
    public int LookedUpPayeesMax { get; set; } = Chunk.LookedUpPayoutsMax;

    /// <summary>Lookup tables of one rail that are in use at most. Default 4.</summary>
    public int LookupTablesMax { get; set; } = 4;

    /// <summary>Addresses of one lookup table at most. Default 256, as many as there can be.</summary>
    public int LookupAddressesMax { get; set; } = 256;

    /// <summary>Payments within 30 days that make a payee one for a lookup table. Default 2.</summary>
    public int LookupPaymentsMin { get; set; } = 2;

    /// <summary>Such payees that it takes to make a table, 1 to 24. Default 16.</summary>
    public int LookupPayeesMin { get; set; } = 16;

    /// <summary>How often such payees are looked for. Default 10 min.</summary>
    public TimeSpan LookupTablesEvery { get; set; } = TimeSpan.FromMinutes(10);

    internal PayoutTerms Terms => new(ToUsdc(MinimumUsdc), PerDay, WalletChangeLock);

    internal Usdc FourEyesAbove => ToUsdc(FourEyesAboveUsdc);

    internal Usdc TransactionMax => ToUsdc(TransactionMaxUsdc);

    internal InstantLadder Ladder => new(
        ToUsdc(DailyFloatUsdc),
        Domain.Payouts.InstantLadder.TryParse(InstantLadder, out var rungs) ? rungs : []);

    internal SigningCaps Caps => new(ToUsdc(SignedPerHourMaxUsdc), ToUsdc(SignedPerDayMaxUsdc));

    /// <summary>The run that a standard payout goes out with; null where they go out at once.</summary>
    internal DateTimeOffset? NextRun(DateTimeOffset now) => StandardRunEvery == TimeSpan.Zero
        ? null
        : new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero)
            + (StandardRunEvery * (Math.Floor(now.UtcDateTime.TimeOfDay / StandardRunEvery) + 1));

    private static Usdc ToUsdc(decimal amount) => Usdc.FromMicros((long)(amount * Usdc.MicrosPerUsdc));
}
