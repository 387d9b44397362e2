using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger.Payments;

namespace Marketplace.Grains.Payments;

/// <summary>Shows and settles what came in without an owner. It keeps no state: the rows of the books do.</summary>
[GrainType("suspense")]
internal sealed class SuspenseGrain(DepositRows rows, AdminActs acts, IGrainFactory grains) : Grain, ISuspenseGrain
{
    public async Task<IReadOnlyList<SuspenseView>> List(int limit, CancellationToken cancel = default) =>
    [
        .. (await rows.InSuspense(limit, cancel)).Select(row => new SuspenseView(
            row.Transfer.Signature,
            row.Transfer.TokenAccount,
            row.Transfer.Amount,
            row.Transfer.Sender,
            row.Transfer.Slot,
            row.At)),
    ];

    public async Task<SuspenseOutcome> Match(
        string signature, AccountId account, AdminAct act, CancellationToken cancel = default)
    {
        var known = await rows.Of(signature, cancel);

        if (known.Count == 0)
        {
            return new SuspenseOutcome.Unknown();
        }

        if (await grains.GetGrain<IAccountGrain>(account.Value).Describe(cancel) is null)
        {
            return new SuspenseOutcome.NoAccount();
        }

        var total = Usdc.Zero;

        foreach (var row in known.Where(row => row.Refund is null && (row.Account ?? account) == account))
        {
            if (row.Account is null)
            {
                await acts.Record(act, "suspense.match", $"{signature} {account}", cancel);

                if (!(await rows.Match(row.Transfer, account, cancel)).Stands)
                {
                    continue;
                }
            }

            total += row.Transfer.Amount;
        }

        // Asked again: a refund may have begun on the way.
        return total > Usdc.Zero ? new SuspenseOutcome.Matched(total)
            : (await rows.Of(signature, cancel)).Select(row => row.Refund).FirstOrDefault(one => one is not null)
                is { } refund ? new SuspenseOutcome.GoesBack(refund)
            : new SuspenseOutcome.Owned();
    }
}
