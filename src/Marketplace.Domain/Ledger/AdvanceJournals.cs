using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Ledger;

/// <summary>
/// The journals of advances on earnings. An advance is repaid by every holdback that ends: see
/// <see cref="LeaseJournals.Holdback"/>.
/// </summary>
public static class AdvanceJournals
{
    /// <summary>Pays an advance out to the provider's payable balance, less the discount.</summary>
    /// <param name="advance">Names the advance.</param>
    /// <param name="provider">Who gets it.</param>
    /// <param name="principal">What has to be repaid.</param>
    /// <param name="discount">The platform's price, below the principal; earned as the principal is repaid.</param>
    public static Journal Grant(string advance, ProviderId provider, Usdc principal, Usdc discount)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(discount, principal);

        return new(
            $"advance:{advance}",
            "advance",
            [
                .. Journal.Move(Chart.Advance(provider), Chart.Payable(provider), principal - discount),
                .. Journal.Move(Chart.Advance(provider), Chart.Unearned, discount),
            ]);
    }

    /// <summary>Takes a part of the discount into income; see <see cref="Earned"/>.</summary>
    /// <param name="advance">The advance.</param>
    /// <param name="n">Counts the parts of one advance.</param>
    /// <param name="amount">What was earned since the last part.</param>
    public static Journal Earn(string advance, int n, Usdc amount) => new(
        $"earn:{advance}:{n}", "advance-earned", [.. Journal.Move(Chart.Unearned, Chart.AdvanceIncome, amount)]);

    /// <summary>
    /// What of the discount is earned in total: pro rata of what was repaid, floored, so that the number of parts
    /// never changes their sum. Repaid in full, it is the whole discount.
    /// </summary>
    public static Usdc Earned(Usdc principal, Usdc discount, Usdc outstanding) =>
        discount.TimesFloor((principal - outstanding).Micros, principal.Micros);
}
