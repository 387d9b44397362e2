namespace Marketplace.Ledger.Verify;

/// <summary>Invariant 2: adds each journal up by asset, counts its postings, and misses its seal.</summary>
internal sealed class BalanceCheck : IJournalCheck
{
    public const string Id = "2";

    public const string Statement = "every journal balances, is sealed and has the right number of legs";

    private readonly List<string> _unequal = [];
    private readonly List<string> _unsealed = [];
    private readonly List<string> _miscounted = [];

    public void See(JournalLine line)
    {
        var journal = line.Journal;

        if (line.Legs is null)
        {
            Find(_unsealed, $"command {journal.Sequence} is not sealed");
        }
        else if (line.Legs != journal.Postings.Count)
        {
            Find(_miscounted, $"journal {journal.Sequence} has {journal.Postings.Count} legs");
        }

        if (!Balances(line))
        {
            foreach (var (asset, sum) in Sums(line).Where(sum => sum.Sum != 0))
            {
                Find(_unequal, $"journal {journal.Sequence}: {asset} sums to {sum}");
            }
        }
    }

    public InvariantResult End() => InvariantResult.From(Id, Statement, [.. _unequal, .. _unsealed, .. _miscounted]);

    /// <summary>Most journals are of one asset and balance: no list is made for them.</summary>
    private static bool Balances(JournalLine line)
    {
        var sum = Int128.Zero;

        for (var leg = 0; leg < line.Assets.Count; leg++)
        {
            if (line.Assets[leg] != line.Assets[0])
            {
                return Sums(line).All(asset => asset.Sum == 0);
            }

            sum += line.Journal.Postings[leg].Amount;
        }

        return sum == 0;
    }

    private static (string Asset, Int128 Sum)[] Sums(JournalLine line) =>
    [
        .. line.Assets.Zip(line.Journal.Postings)
            .GroupBy(leg => leg.First, StringComparer.Ordinal)
            .OrderBy(asset => asset.Key, StringComparer.Ordinal)
            .Select(asset => (asset.Key, asset.Aggregate(Int128.Zero, (sum, leg) => sum + leg.Second.Amount))),
    ];

    private static void Find(List<string> findings, string what)
    {
        if (findings.Count < InvariantResult.FindingsMax)
        {
            findings.Add(what);
        }
    }
}
