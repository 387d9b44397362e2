using Marketplace.Domain.Payouts;

namespace Marketplace.Grains.Payouts;

/// <summary>Advances on accrued earnings; section <c>Advances</c>.</summary>
public sealed class AdvanceOptions
{
    public const string Section = "Advances";

    /// <summary>Most of what is accrued that an advance may be, in percent; 0 makes none. Default 80.</summary>
    public int MaxSharePercent { get; set; } = 80;

    /// <summary>Most days of the mean earnings of the last 14 that an advance may be. Default 7.</summary>
    public int DaysOfEarnings { get; set; } = 7;

    /// <summary>The price in basis points of the principal. Default 100.</summary>
    public int DiscountBps { get; set; } = 100;

    internal AdvanceTerms Terms => new(MaxSharePercent, DaysOfEarnings, DiscountBps);
}
