using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>A journal with one leg an account, checked to balance however its waterfalls are divided.</summary>
internal sealed record PreparedJournal(
    string Key, string Kind, byte[] Hash, IReadOnlyList<Leg> Legs, IReadOnlyList<Waterfall> Waterfalls)
{
    /// <summary>The largest amount of one leg; see <see cref="Usdc.Largest"/>.</summary>
    public const long AmountMax = 1_000_000_000_000_000;

    /// <summary>Accounts of one waterfall.</summary>
    public const int WaterfallAccountsMax = 8;

    /// <summary>Every account that the journal may touch.</summary>
    public IEnumerable<LedgerAccount> Accounts =>
        Legs.Select(leg => leg.Account).Concat(Waterfalls.SelectMany(fall => fall.Accounts));

    public static PreparedJournal From(Journal journal)
    {
        var legs = journal.Legs.GroupBy(leg => leg.Account)
            .Select(group => new Leg(group.Key, group.Sum(leg => leg.Amount)))
            .Where(leg => leg.Amount != 0)
            .ToArray();
        var sides = legs.Concat(journal.Waterfalls.Select(fall => new Leg(fall.Accounts[^1], fall.Amount))).ToArray();

        PreparedEntry.Check(sides.Length >= 2, $"Journal {journal.Key} moves nothing: it needs two accounts or more.");

        foreach (var leg in sides)
        {
            PreparedEntry.Check(
                leg.Amount is >= -AmountMax and <= AmountMax, $"Journal {journal.Key}: {leg.Amount} on {leg.Account}.");
        }

        foreach (var asset in sides.GroupBy(leg => leg.Account.Asset, StringComparer.Ordinal))
        {
            var sum = asset.Sum(leg => leg.Amount);
            PreparedEntry.Check(sum == 0, $"Journal {journal.Key} does not balance: {asset.Key} sums to {sum}.");
        }

        var prepared = new PreparedJournal(
            journal.Key, journal.Kind, journal.RequestHash(), legs, journal.Waterfalls);
        Check(prepared);
        return prepared;
    }

    private static void Check(PreparedJournal journal)
    {
        if (journal.Waterfalls.Count == 0)
        {
            return;
        }

        var accounts = journal.Accounts.ToArray();
        PreparedEntry.Check(
            accounts.Length == accounts.Distinct().Count(),
            $"Journal {journal.Key}: an account of a waterfall stands in it twice.");

        foreach (var fall in journal.Waterfalls)
        {
            var isRight = fall.Amount != 0
                && fall.Accounts.Count <= WaterfallAccountsMax
                && fall.Accounts.All(account => account.Asset == fall.Accounts[0].Asset)
                && fall.Accounts.SkipLast(1).All(account => account.Floored);
            PreparedEntry.Check(
                isRight, $"Journal {journal.Key}: a waterfall through {string.Join(", ", fall.Accounts)}.");
        }
    }
}
