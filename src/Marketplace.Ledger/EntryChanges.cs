using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger;

/// <summary>What one entry would change: journals with their waterfalls divided, and sums for each account.</summary>
internal sealed class EntryChanges
{
    private readonly SortedDictionary<long, AccountChange> _accounts = [];
    private readonly List<(PreparedJournal Journal, IReadOnlyList<Leg> Legs)> _journals = [];

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<AccountChange> Accounts => _accounts.Values;

    public IReadOnlyList<(PreparedJournal Journal, IReadOnlyList<Leg> Legs)> Journals => _journals;

    public AccountChange Of(AccountRow account)
    {
        if (!_accounts.TryGetValue(account.Id, out var change))
        {
            change = new() { Account = account };
            _accounts.Add(account.Id, change);
        }

        return change;
    }

    /// <summary>Adds a journal: its legs as they stand, then its waterfalls by what is free now.</summary>
    public void Add(PreparedJournal journal, Func<LedgerAccount, AccountRow> find)
    {
        foreach (var leg in journal.Legs)
        {
            Of(find(leg.Account)).Amount += leg.Amount;
        }

        var legs = journal.Legs;

        if (journal.Waterfalls.Count > 0)
        {
            legs = [.. journal.Legs, .. journal.Waterfalls.SelectMany(fall => Divide(fall, find))];
        }

        _journals.Add((journal, legs));
    }

    private List<Leg> Divide(Waterfall fall, Func<LedgerAccount, AccountRow> find)
    {
        var legs = new List<Leg>(fall.Accounts.Count);
        var left = fall.Amount;

        for (var at = 0; at < fall.Accounts.Count && left != 0; at++)
        {
            var account = fall.Accounts[at];
            var change = Of(find(account));
            var isLast = at == fall.Accounts.Count - 1;
            var part = isLast ? left : Waterfall.Bears(account, left, change.Free);

            if (part != 0)
            {
                change.Amount += part;
                legs.Add(new(account, part));
                left -= part;
            }
        }

        return legs;
    }
}
