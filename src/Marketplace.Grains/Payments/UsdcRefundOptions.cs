using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;

namespace Marketplace.Grains.Payments;

/// <summary>Refunds of balances in USDC on chain; section <c>Refunds</c>.</summary>
public sealed class UsdcRefundOptions
{
    public const string Section = "Refunds";

    private const int PerDayMax = 10_000;

    /// <summary>Smallest refund of a balance in USDC. Default 1.</summary>
    public decimal MinimumUsdc { get; set; } = 1m;

    /// <summary>Refunds of one customer in 24 hours, refused ones left out. Default 5.</summary>
    public int PerDay { get; set; } = 5;

    /// <summary>Most USDC that one customer gets back in 24 hours. Default 5,000.</summary>
    public decimal DailyMaxUsdc { get; set; } = 5_000m;

    internal UsdcRefundTerms Terms => new(ToUsdc(MinimumUsdc), PerDay, ToUsdc(DailyMaxUsdc));

    /// <summary>The first thing that is wrong, with its key and what is allowed, or null.</summary>
    internal string? Fault() => this switch
    {
        _ when !IsAmount(MinimumUsdc) => Wrong("MinimumUsdc", MinimumUsdc),
        _ when !IsAmount(DailyMaxUsdc) => Wrong("DailyMaxUsdc", DailyMaxUsdc),
        _ when DailyMaxUsdc < MinimumUsdc =>
            $"{Section}:DailyMaxUsdc {DailyMaxUsdc} must not be below {Section}:MinimumUsdc {MinimumUsdc}.",
        _ when PerDay is < 1 or > PerDayMax => $"{Section}:PerDay {PerDay} must be 1 to {PerDayMax}.",
        _ => null,
    };

    private static bool IsAmount(decimal value) =>
        value > 0 && value <= Usdc.Largest.Micros / Usdc.MicrosPerUsdc
        && decimal.Truncate(value * Usdc.MicrosPerUsdc) == value * Usdc.MicrosPerUsdc;

    private static string Wrong(string key, decimal value) =>
        $"{Section}:{key} {value} must be an amount of USDC above 0 with at most six places.";

    private static Usdc ToUsdc(decimal amount) => Usdc.FromMicros((long)(amount * Usdc.MicrosPerUsdc));
}
