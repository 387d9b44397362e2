using System.Globalization;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger;

namespace Marketplace.Grains.Payouts;

/// <summary>Posts what the chain took for our transactions, once for each of them.</summary>
internal sealed class NetworkFees(IBook book)
{
    /// <summary>Fundings of one amount for one transaction.</summary>
    private const int FundingsMax = 16;

    /// <summary>Again for the same transaction is harmless.</summary>
    public async Task Post(string signature, long lamports, CancellationToken cancel)
    {
        var fee = Entry.Of(PayoutJournals.NetworkFee(signature, lamports));

        // Another lane may spend between the two what was put in for this one.
        for (var tries = 0; tries < FundingsMax; tries++)
        {
            switch (await book.Post(fee, cancel))
            {
                case { Stands: true }:
                    return;
                case PostOutcome.Insufficient shortage:
                    await Fund(signature, shortage, cancel);
                    continue;
                case var other:
                    throw new InvalidOperationException($"The books refuse the network fee of {signature}: {other}");
            }
        }

        throw new InvalidOperationException(
            $"{FundingsMax} fundings for the network fee of {signature} were all spent by others");
    }

    /// <summary>
    /// The chain took these lamports, so they were there: the books had not heard of them coming in. Another
    /// transaction may spend what was put in for this one, so one can need several fundings: the amount and a number
    /// are in the key.
    /// </summary>
    public async Task Fund(string signature, PostOutcome.Insufficient shortage, CancellationToken cancel)
    {
        var lamports = shortage.Wanted - shortage.Available;

        for (var number = 0; number < FundingsMax; number++)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"{signature}:{lamports}:{number}");

            switch (await book.Post(Entry.Of(PayoutJournals.FundFeePayer(id, lamports)), cancel))
            {
                case PostOutcome.Posted:
                    return;
                case PostOutcome.Exists:
                    continue;
                case var other:
                    throw new InvalidOperationException(
                        $"The books refuse to fund the fee payer for {signature}: {other}");
            }
        }

        throw new InvalidOperationException(
            $"{FundingsMax} fundings of {lamports} lamports for {signature} were all spent");
    }
}
