using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>A journal with one leg an account, checked to balance.</summary>
internal sealed record PreparedJournal(string Key, string Kind, byte[] Hash, IReadOnlyList<Leg> Legs)
{
    /// <summary>The largest amount of one leg; see <see cref="Usdc.Largest"/>.</summary>
    public const long AmountMax = 1_000_000_000_000_000;

    public static PreparedJournal From(Journal journal)
    {
        var legs = journal.Legs.GroupBy(leg => leg.Account)
            .Select(group => new Leg(group.Key, group.Sum(leg => leg.Amount)))
            .Where(leg => leg.Amount != 0)
            .ToArray();

        PreparedEntry.Check(legs.Length >= 2, $"Journal {journal.Key} moves nothing: it needs two accounts or more.");

        foreach (var leg in legs)
        {
            PreparedEntry.Check(
                leg.Amount is >= -AmountMax and <= AmountMax, $"Journal {journal.Key}: {leg.Amount} on {leg.Account}.");
        }

        foreach (var asset in legs.GroupBy(leg => leg.Account.Asset, StringComparer.Ordinal))
        {
            var sum = asset.Sum(leg => leg.Amount);
            PreparedEntry.Check(sum == 0, $"Journal {journal.Key} does not balance: {asset.Key} sums to {sum}.");
        }

        return new(journal.Key, journal.Kind, journal.RequestHash(), legs);
    }
}
