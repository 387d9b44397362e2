using Marketplace.Domain;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Solana;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payments;

/// <summary>
/// Reads the treasury's history on the chain and credits what came in, once each, when it is final. Polling is the
/// truth: a scan that died begins again at its cursor and finds the same transfers already in the books.
/// </summary>
internal sealed class DepositScan(SolanaRail rail, Hash genesis, DepositSetting setting) : IDepositSource
{
    private const int PagesMax = 100;

    private readonly DepositRows _rows = setting.Rows;

    private string Source => $"deposits:{genesis}:{rail.TreasuryAccount}";

    /// <summary>Scans from the cursor to now and returns the deposits that something was credited to.</summary>
    public async Task<ScanReport> Look(CancellationToken cancel)
    {
        if (await rail.Rpc.GetGenesisHashAsync(cancel) != genesis)
        {
            var why = $"the node is of another chain than {genesis}";
            await setting.Alarm(why, cancel);
            return new ScanReport([], why);
        }

        var cursor = await _rows.Cursor(Source, cancel);
        var found = await History(rail.TreasuryAccount, cursor is null ? null : Signature.Parse(cursor), cancel);
        var credited = new HashSet<DepositId>();
        string? unexplained = null;

        foreach (var entry in found)
        {
            if (entry.Error is null)
            {
                // The history knows it, the node has no body for it yet: the cursor must not pass it.
                if (await rail.Rpc.GetTransactionAsync(entry.Signature, Commitment.Finalized, cancel) is not { } landed)
                {
                    break;
                }

                var outcome = await Credit(landed, cancel);

                if (outcome.Unexplained is not null)
                {
                    // Told before the cursor moves on, so that a crash cannot swallow it.
                    await setting.Alarm(outcome.Unexplained, cancel);
                    unexplained = outcome.Unexplained;
                }

                if (outcome.Deposit is { } deposit)
                {
                    credited.Add(deposit);
                }
            }

            await _rows.SaveCursor(Source, entry.Signature.ToString(), cancel);
        }

        return new ScanReport([.. credited], unexplained);
    }

    /// <summary>Credits what carries a reference, without waiting for the scan.</summary>
    public async Task LookAt(PublicKey reference, CancellationToken cancel)
    {
        foreach (var entry in await History(reference, null, cancel))
        {
            if (entry.Error is null
                && await rail.Rpc.GetTransactionAsync(entry.Signature, Commitment.Finalized, cancel) is { } landed)
            {
                await Credit(landed, cancel);
            }
        }
    }

    private async Task<(DepositId? Deposit, string? Unexplained)> Credit(
        LandedTransaction landed, CancellationToken cancel)
    {
        var micros = TreasuryMove.Of(landed, rail);

        if (micros < 0)
        {
            return (null, await WhyUnexplained(landed, cancel));
        }

        if (micros == 0)
        {
            return (null, null);
        }

        var expected = await Owner(landed, cancel);
        var transfer = TreasuryMove.Transfer(landed, rail, genesis, micros);
        var outcome = await _rows.Credit(transfer, expected?.Account, expected?.Id, cancel);
        setting.Checkpoint.Reach("deposit.posted");
        return (outcome.Stands ? expected?.Id : null, null);
    }

    /// <summary>
    /// Every outgoing transfer has to be one of our chunks; anything else means that somebody else has the key.
    /// </summary>
    private async Task<string?> WhyUnexplained(LandedTransaction landed, CancellationToken cancel)
    {
        var signature = landed.Transaction.Id.ToString();
        var chunk = TreasuryMove.Memo(landed) is { } memo && PrefixedId.Fits(ChunkId.Prefix, memo)
            ? await setting.Chunks.Find(ChunkId.Parse(memo), cancel)
            : null;

        return chunk?.Attempts.Any(attempt => attempt.Signature == signature) == true
            ? null
            : $"{signature} took USDC out of the treasury and is none of our payouts";
    }

    /// <summary>A reference proves nothing but to whom the payer wants it credited.</summary>
    private async Task<ExpectedDeposit?> Owner(LandedTransaction landed, CancellationToken cancel)
    {
        foreach (var key in landed.Accounts)
        {
            if (key != rail.TreasuryAccount && await _rows.FindByReference(key.ToString(), cancel) is { } expected)
            {
                return expected;
            }
        }

        return null;
    }

    /// <summary>Everything newer than <paramref name="until"/>, oldest first.</summary>
    private async Task<List<SignatureInfo>> History(PublicKey address, Signature? until, CancellationToken cancel)
    {
        var all = new List<SignatureInfo>();
        var page = new SignaturePage { Until = until };

        for (var pages = 0; pages < PagesMax; pages++)
        {
            var part = await rail.Rpc.GetSignaturesForAddressAsync(address, page, cancel);
            all.AddRange(part);

            if (part.Count < page.Limit)
            {
                all.Reverse();
                return all;
            }

            page = page with { Before = part[^1].Signature };
        }

        throw new InvalidOperationException(
            $"{address} has more than {PagesMax * SignaturePage.LimitMax} transactions that were never scanned.");
    }
}
