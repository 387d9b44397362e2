namespace Marketplace.Ledger.Verify;

/// <summary>The first half of invariant 11: a charge takes from one escrow, for provider, fee and pool alone.</summary>
internal sealed class ChargeCheck : IJournalCheck
{
    private readonly List<string> _touched = [];
    private readonly List<string> _manyEscrows = [];


    public void See(JournalLine line)
    {
        if (line.Journal.Kind != "charge")
        {
            return;
        }

        var from = 0;

        foreach (var posting in line.Journal.Postings)
        {
            from += posting.Amount > 0 ? 1 : 0;

            if (!IsOfCharge(posting) && _touched.Count < InvariantResult.FindingsMax)
            {
                _touched.Add($"charge {line.Journal.Key} touches {posting.Account}");
            }
        }

        if (from > 1 && _manyEscrows.Count < InvariantResult.FindingsMax)
        {
            _manyEscrows.Add($"charge {line.Journal.Key} takes from {from} escrows");
        }
    }

    public InvariantResult End() =>
        InvariantResult.From(WorkChecks.PaidId, WorkChecks.PaidStatement, [.. _touched, .. _manyEscrows]);

    private static bool IsOfCharge(StoredPosting posting) => posting.Amount > 0
        ? posting.Account.StartsWith("L:usdc:escrow:", StringComparison.Ordinal)
        : posting.Account == "L:usdc:slapool"
            || posting.Account.StartsWith("I:usdc:fee:", StringComparison.Ordinal)
            || (posting.Account.StartsWith("L:usdc:prov:", StringComparison.Ordinal)
                && posting.Account.EndsWith(":accrued", StringComparison.Ordinal));
}
