using Marketplace.Domain;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Rpc;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Payouts;

/// <content>What was signed is followed to its end, and tables are held against what is written down.</content>
internal sealed partial class TableKeeper
{
    private async Task Follow(LookupStep step, CancellationToken cancel)
    {
        var signature = Signature.Parse(step.Signature);

        if (await rail.TryLanded(signature, cancel) is { } landed)
        {
            // The cost first: it is posted once, and a crash before the row is settled brings us here again.
            await PostCost(step, landed, cancel);
            setting.Checkpoint.Reach(Checkpoints.TablePosted);
            await _rows.Settle(step, landed.Error is null ? LookupStep.Final : LookupStep.Failed, cancel);
            Landed(setting.Log, step.Table, step.Kind, step.Signature, landed.Error?.ToString() ?? "finalized");
            return;
        }

        if (await IsDead(step, signature, cancel))
        {
            await _rows.Settle(step, LookupStep.Dead, cancel);
            return;
        }

        await Send(step, cancel);
    }

    private async Task LookBack(LookupStep step, CancellationToken cancel)
    {
        if (await rail.TryLanded(Signature.Parse(step.Signature), cancel) is { } landed)
        {
            await PostCost(step, landed, cancel);
        }
    }

    /// <summary>Fee and rent, under the key of the transaction.</summary>
    private Task PostCost(LookupStep step, LandedTransaction landed, CancellationToken cancel) =>
        setting.Fees.Post(step.Signature, checked((long)(landed.PreBalances[0] - landed.PostBalances[0])), cancel);

    /// <summary>Its blockhash is past at finalized height, and after that no node that answers knows it.</summary>
    private async Task<bool> IsDead(LookupStep step, Signature signature, CancellationToken cancel) =>
        (await rail.Rpc.Several(
            async (node, stop) =>
                await node.GetBlockHeightAsync(ReadOptions.Finalized, stop) > checked((ulong)step.LastHeight)
                && (await node.GetSignatureStatusesAsync([signature], true, stop)).Value[0] is null,
            cancel)).All(isDead => isDead);

    /// <summary>The same bytes to every node. An error only means that they go out again.</summary>
    private async Task Send(LookupStep step, CancellationToken cancel) => await rail.Rpc.Everywhere(
        (node, stop) => node.SendTransactionAsync(step.Wire, new SendOptions { SkipPreflight = true }, stop), cancel);

    /// <summary>
    /// A table in which stands what nobody planned is never used again. That it was changed with our key by a
    /// transaction that is none of ours freezes payouts.
    /// </summary>
    private async Task Watch(IReadOnlyList<StoredLookup> stored, CancellationToken cancel)
    {
        StoredLookup[] active = [.. stored.Where(table => table.State == LookupState.Active)];
        var verdicts = await TreasuryTables.Look(rail, active, cancel);

        for (var at = 0; at < active.Length; at++)
        {
            if (verdicts[at] is not TableVerdict.Differs differs)
            {
                continue;
            }

            // Told before the row is retired, so that a crash cannot swallow it.
            if (await Stranger(active[at], cancel) is { } stranger)
            {
                await setting.Desk.Freeze(
                    $"{stranger} changed our lookup table {active[at].Address} and is none of ours: "
                        + "the treasury's key may be known",
                    cancel);
            }

            await _rows.Retire(active[at].Address, differs.Why, cancel);
            Retired(setting.Log, active[at].Address, differs.Why);
        }
    }

    /// <summary>
    /// A transaction at the table that the treasury's key has signed and that was never stored. Anybody may name the
    /// table in a transaction; only our key can change it.
    /// </summary>
    private async Task<Signature?> Stranger(StoredLookup table, CancellationToken cancel)
    {
        var ours = (await _rows.Steps(table.Address, cancel)).Select(step => step.Signature)
            .ToHashSet(StringComparer.Ordinal);

        foreach (var entry in await rail.History(
            PublicKey.Parse(table.Address), null, HistoryPagesMax, isWhole: false, cancel))
        {
            if (!ours.Contains(entry.Signature.ToString())
                && await rail.TryLanded(entry.Signature, cancel) is { Error: null } landed
                && landed.Transaction.Message is var message
                && message.Keys.Take(message.RequiredSignatures).Contains(rail.Treasury))
            {
                return entry.Signature;
            }
        }

        return null;
    }

    [LoggerMessage(EventId = 5120, Level = LogLevel.Information,
        Message = "Lookup table {Table}: the transaction to {Kind} it, {Signature}, is {Outcome}")]
    private static partial void Landed(ILogger log, string table, string kind, string signature, string outcome);

    [LoggerMessage(EventId = 5121, Level = LogLevel.Warning,
        Message = "Lookup table {Table} is not used any more: {Why}")]
    private static partial void Retired(ILogger log, string table, string why);

    [LoggerMessage(EventId = 5122, Level = LogLevel.Warning,
        Message = "Lookup table {Table} waits to {Kind}: {Payer} has too few lamports")]
    private static partial void NoLamports(ILogger log, string table, string kind, string payer);
}
