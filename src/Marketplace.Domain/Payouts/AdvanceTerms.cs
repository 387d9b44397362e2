namespace Marketplace.Domain.Payouts;

/// <summary>The platform's terms for advances on earnings.</summary>
/// <param name="MaxSharePercent">At most this share of what is accrued.</param>
/// <param name="DaysOfEarnings">And at most so many days of the mean earnings.</param>
/// <param name="DiscountBasisPoints">The price, taken off what is paid out.</param>
public sealed record AdvanceTerms(int MaxSharePercent, int DaysOfEarnings, int DiscountBasisPoints)
{
    /// <summary>The mean is taken over so many days.</summary>
    public const int MeanOverDays = 14;
}
