using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

internal sealed partial class PayoutLane
{
    private const int HistoryPagesMax = 5;

    /// <summary>Sends of what one node has seen come so many times slower.</summary>
    private const int SeenPatience = 5;

    /// <summary>Looks for what became of a chunk that may be on the chain.</summary>
    private async Task<LaneReport> Follow(LaneLease lease, Chunk chunk, CancellationToken cancel)
    {
        var signatures = chunk.Attempts.Select(attempt => Signature.Parse(attempt.Signature)).ToArray();
        var statuses = (await _rail.Rpc.GetSignatureStatusesAsync(signatures, true, cancel)).Value;
        var seen = Enumerable.Range(0, signatures.Length)
            .Where(at => statuses[at] is not null)
            .OrderByDescending(at => statuses[at]!.Commitment)
            .Select(at => (int?)at)
            .FirstOrDefault();

        if (seen is { } index)
        {
            return statuses[index]!.Commitment == Commitment.Finalized
                ? await Settle(lease, chunk, chunk.Attempts[index], cancel) ?? await SendAgain(chunk, cancel)
                : await SeenOnTheWay(lease, chunk, chunk.Attempts[index], statuses[index]!, cancel);
        }

        if (chunk.State == ChunkState.Landed)
        {
            return await _chunks.RecordVanished(lease, chunk.Id, cancel) is ChunkOutcome.Done
                ? LaneReport.Again
                : LostLease();
        }

        if (chunk.Attempts[0].NonceAccount is null)
        {
            return await AwaitExpiry(lease, chunk, cancel);
        }

        var used = Hash.Parse(chunk.Attempts[0].NonceValue);

        return (await FinalNonce(cancel))?.Value == used
            ? await KeepSending(lease, chunk, cancel)
            : await FindWhoUsedTheNonce(lease, chunk, used, cancel);
    }

    private async Task<LaneReport> SeenOnTheWay(
        LaneLease lease, Chunk chunk, SignedAttempt attempt, SignatureStatus status, CancellationToken cancel)
    {
        if (chunk.State == ChunkState.Sent && status.Error is null && !ChunkMessage.IsCancel(attempt.Wire))
        {
            if (await _chunks.RecordLanded(lease, chunk.Id, attempt.Signature, (long)status.Slot, cancel)
                is ChunkOutcome.Done landed)
            {
                chunk = landed.Chunk;
            }

            await Tell(chunk, cancel);
        }

        return await SendAgain(chunk, cancel);
    }

    /// <summary>
    /// One node's word that it is there is no reason to rest: others may never have got it. The same bytes do no harm.
    /// </summary>
    private async Task<LaneReport> SendAgain(Chunk chunk, CancellationToken cancel)
    {
        if (setting.Clock.GetUtcNow() - _sentAt >= setting.Options.SendEvery * SeenPatience)
        {
            await Send(chunk, cancel);
        }

        _followed = chunk;
        return LaneReport.Later;
    }

    /// <summary>
    /// A status says finalized. The transaction itself has to say the same, by enough nodes, before money is posted;
    /// null while it does not.
    /// </summary>
    private async Task<LaneReport?> Settle(
        LaneLease lease, Chunk chunk, SignedAttempt attempt, CancellationToken cancel)
    {
        if (await _rail.TryLanded(Signature.Parse(attempt.Signature), cancel) is not { } landed)
        {
            return null;
        }

        setting.Checkpoint.Reach(Checkpoints.ChunkFinalized);
        var cost = (long)(landed.PreBalances[0] - landed.PostBalances[0]);

        if (ChunkMessage.IsCancel(attempt.Wire))
        {
            return await Cancelled(lease, chunk, attempt, cost, cancel);
        }

        var outcome = await Post(lease, chunk, attempt, landed, cost, cancel);

        if (outcome is ChunkOutcome.Refused { Why: PostOutcome.Insufficient shortage }
            && shortage.Account == Chart.FeePayer)
        {
            // The chain took these lamports, so they were there: the books had not heard of them coming in.
            await new NetworkFees(setting.Book).Fund(attempt.Signature, shortage, cancel);
            outcome = await Post(lease, chunk, attempt, landed, cost, cancel);
        }

        switch (outcome)
        {
            case ChunkOutcome.Done done:
                setting.Checkpoint.Reach(Checkpoints.PayoutPosted);
                await SetCulpritAside(chunk, attempt, landed.Error, cancel);
                await Tell(done.Chunk, cancel);
                return LaneReport.Again;
            case ChunkOutcome.LeaseLost:
                return LostLease();
            case var other:
                return LaneReport.Stuck($"{chunk.Id} is final on the chain and cannot be posted: {other}");
        }
    }

    private Task<ChunkOutcome> Post(
        LaneLease lease,
        Chunk chunk,
        SignedAttempt attempt,
        LandedTransaction landed,
        long cost,
        CancellationToken cancel) =>
        landed.Error is null
            ? _chunks.Finalize(lease, chunk.Id, attempt.Signature, (long)landed.Slot, cost, cancel)
            : _chunks.RecordFailedOnChain(
                lease, chunk.Id, attempt.Signature, (long)landed.Slot, landed.Error.ToString(), cost, cancel);

    private async Task SetCulpritAside(
        Chunk chunk, SignedAttempt attempt, TransactionError? error, CancellationToken cancel)
    {
        if (error is TransactionError.InInstruction failed
            && ChunkMessage.PayoutAt(chunk, Transaction.Decode(attempt.Wire).Message, failed.Index) is { } payout)
        {
            await setting.Desk.SetAside(payout, $"failed on the chain: {failed.Name} {failed.Custom}", cancel);
        }
    }

    private async Task<LaneReport> Cancelled(
        LaneLease lease, Chunk chunk, SignedAttempt attempt, long cost, CancellationToken cancel)
    {
        await PostCost(attempt.Signature, cost, cancel);

        if (await _chunks.RecordDead(lease, chunk.Id, $"its nonce was used up by {attempt.Signature}", cancel)
            is not ChunkOutcome.Done done)
        {
            return LostLease();
        }

        if (_culprit is { } culprit)
        {
            await setting.Desk.SetAside(culprit.Payout, culprit.Why, cancel);
            _culprit = null;
        }

        await Tell(done.Chunk, cancel);
        return LaneReport.Again;
    }

    /// <summary>
    /// The nonce is used and no status tells by whom: one of ours that the node forgot, or a stranger with our key.
    /// Only the transaction itself is a proof.
    /// </summary>
    private async Task<LaneReport> FindWhoUsedTheNonce(
        LaneLease lease, Chunk chunk, Hash used, CancellationToken cancel)
    {
        // Newest first: it was used lately.
        foreach (var entry in (await _rail.History(
            _nonceAccount, null, HistoryPagesMax, isWhole: false, cancel)).Reverse())
        {
            if (await _rail.Landed(entry.Signature, cancel) is not { } landed
                || landed.Transaction.Message.RecentBlockhash != used)
            {
                continue;
            }

            var ours = chunk.Attempts.FirstOrDefault(attempt => attempt.Signature == entry.Signature.ToString());
            return ours is not null
                ? await Settle(lease, chunk, ours, cancel) ?? LaneReport.Later
                : await UsedByAStranger(lease, chunk, entry.Signature, cancel);
        }

        return LaneReport.Stuck("the nonce is used and the history does not tell by whom: looking on");
    }

    private async Task<LaneReport> UsedByAStranger(
        LaneLease lease, Chunk chunk, Signature signature, CancellationToken cancel)
    {
        await setting.Desk.Freeze(
            $"{signature} used our nonce and is none of ours: the treasury's key may be known", cancel);
        await _chunks.RecordDead(
            lease, chunk.Id, $"its nonce was used up by {signature}, which is none of ours", cancel);
        await Tell(chunk, cancel);
        return LaneReport.Later;
    }

    private Task PostCost(string signature, long lamports, CancellationToken cancel) =>
        new NetworkFees(setting.Book).Post(signature, lamports, cancel);
}
