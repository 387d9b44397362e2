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
    private readonly StandingScan? _standing =
        setting.Standing is { } standing ? new StandingScan(rail, genesis, setting, standing) : null;

    private string Source => SourceOf(genesis, rail.TreasuryAccount);

    /// <summary>Under which name the place is kept up to which an account was scanned.</summary>
    public static string SourceOf(Hash genesis, PublicKey account) => $"deposits:{genesis}:{account}";

    /// <summary>Scans from the cursor to now and returns the deposits that something was credited to.</summary>
    public async Task<ScanReport> Look(CancellationToken cancel)
    {
        rail.Rpc.Pin(genesis);

        if (await rail.Rpc.GetGenesisHashAsync(cancel) != genesis)
        {
            var why = $"the node is of another chain than {genesis}";
            await setting.Alarm(why, cancel);
            return new ScanReport([], why);
        }

        if (_standing is not null)
        {
            await _standing.Look(cancel);
        }

        var cursor = await _rows.Cursor(Source, cancel);
        var until = cursor is null ? null : Signature.Parse(cursor);
        var found = await rail.History(rail.TreasuryAccount, until, PagesMax, isWhole: true, cancel);
        var credited = new HashSet<DepositId>();
        string? unexplained = null;
        var isPast = true;

        foreach (var entry in found)
        {
            // A node knows of it and not enough tell what it did: the cursor must not pass it, the others count.
            if (await rail.TryLanded(entry.Signature, cancel) is not { } landed)
            {
                isPast = false;
                continue;
            }

            var outcome = await Credit(landed, cancel);
            isPast &= outcome.IsDone;

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

            if (isPast)
            {
                await _rows.SaveCursor(Source, entry.Signature.ToString(), cancel);
            }
        }

        return new ScanReport([.. credited], unexplained);
    }

    /// <summary>Credits what carries a reference, without waiting for the scan.</summary>
    public async Task LookAt(PublicKey reference, CancellationToken cancel)
    {
        rail.Rpc.Pin(genesis);

        foreach (var entry in await rail.History(reference, null, PagesMax, isWhole: false, cancel))
        {
            if (await rail.TryLanded(entry.Signature, cancel) is { } landed)
            {
                await Credit(landed, cancel);
            }
        }
    }

    /// <summary>Not done: a sweep whose deposits are not credited yet. It is looked at again.</summary>
    private async Task<(DepositId? Deposit, string? Unexplained, bool IsDone)> Credit(
        LandedTransaction landed, CancellationToken cancel)
    {
        var micros = TreasuryMove.Of(landed, rail);

        if (_standing is not null)
        {
            await _standing.PostFee(landed, cancel);

            if (micros > 0)
            {
                if (await _standing.PostSweep(landed, cancel) is not { } swept)
                {
                    return (null, null, false);
                }

                micros -= swept.Micros;
            }
        }

        if (micros < 0)
        {
            return (null, await WhyUnexplained(landed, cancel), true);
        }

        if (micros == 0)
        {
            return (null, null, true);
        }

        var expected = await Owner(landed, cancel);
        var transfer = TreasuryMove.Transfer(landed, rail, genesis, rail.TreasuryAccount, micros);
        var outcome = await _rows.Credit(transfer, expected?.Account, expected?.Id, cancel);
        setting.Checkpoint.Reach(Checkpoints.DepositPosted);
        return (outcome.Stands ? expected?.Id : null, null, true);
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
}
