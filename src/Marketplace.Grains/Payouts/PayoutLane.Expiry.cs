using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

internal sealed partial class PayoutLane
{
    /// <summary>Whose word is asked for a death: one node could have forgotten or lie.</summary>
    private const int DeathNodesMin = 2;

    /// <summary>How often all nodes must say the same, each time at a later slot.</summary>
    private const int DeathLooksMin = 3;

    private int _deathLooks;
    private ulong _deathSlot;

    /// <summary>
    /// Nothing was seen of bytes that live as long as their blockhash. They go out again until the chain is final about
    /// blocks that cannot hold them; then every node has to know nothing of them, several times, before they are dead.
    /// </summary>
    private async Task<LaneReport> AwaitExpiry(LaneLease lease, Chunk chunk, CancellationToken cancel)
    {
        var last = chunk.Attempts[^1];

        if (last.SentAt is null)
        {
            return await SendFirst(lease, chunk, cancel);
        }

        var height = await _rail.Rpc.GetBlockHeightAsync(ReadOptions.Finalized, cancel);

        if (height <= (ulong)last.LastValidBlockHeight!.Value)
        {
            _deathLooks = 0;

            if (setting.Clock.GetUtcNow() - _sentAt >= setting.Options.SendEvery)
            {
                await Send(chunk, cancel);
            }

            return LaneReport.Later;
        }

        if (_rail.Nodes.Count < DeathNodesMin)
        {
            return LaneReport.Stuck($"{chunk.Id}: unknown: two nodes are needed to prove that it cannot land");
        }

        return await LooksDead(chunk, last, cancel) switch
        {
            { Landed: { } ours } => await Settle(lease, chunk, ours, cancel) ?? LaneReport.Later,
            { DeadAt: { } slot } => await Die(lease, chunk, slot, cancel),
            _ => Alive(chunk),
        };
    }

    private LaneReport Alive(Chunk chunk)
    {
        _deathLooks = 0;
        return LaneReport.Stuck($"{chunk.Id}: unknown: its blockhash is over and its death is not proved");
    }

    /// <summary>
    /// Asks every node; the least slot at which all of them knew nothing, or the attempt that one knows.
    /// </summary>
    private async Task<(SignedAttempt? Landed, ulong? DeadAt)> LooksDead(
        Chunk chunk, SignedAttempt last, CancellationToken cancel)
    {
        var overAt = (ulong)last.LastValidBlockHeight!.Value + _rail.ExpiryMargin;
        var signatures = chunk.Attempts.Select(attempt => Signature.Parse(attempt.Signature)).ToArray();
        ulong? deadAt = null;

        foreach (var node in _rail.Nodes)
        {
            var slot = await node.GetSlotAsync(ReadOptions.Finalized, cancel);
            var height = await node.GetBlockHeightAsync(new ReadOptions(Commitment.Finalized, slot), cancel);

            if (height <= overAt)
            {
                return default;
            }

            // What the node answers from must be at least as new as the height that it told.
            var statuses = await node.GetSignatureStatusesAsync(signatures, true, cancel);
            var page = new SignaturePage { Commitment = Commitment.Confirmed, MinContextSlot = slot };
            var history = await node.GetSignaturesForAddressAsync(ChunkMessage.Reference(chunk.Id), page, cancel);
            var known = chunk.Attempts.FirstOrDefault(
                attempt => history.Any(entry => entry.Signature.ToString() == attempt.Signature));

            if (known is not null || history.Count > 0 || statuses.Slot < slot
                || statuses.Value.Any(status => status is not null))
            {
                return (known, null);
            }

            deadAt = Math.Min(deadAt ?? slot, slot);
        }

        return (null, deadAt);
    }

    private async Task<LaneReport> Die(LaneLease lease, Chunk chunk, ulong slot, CancellationToken cancel)
    {
        if (slot > _deathSlot)
        {
            _deathSlot = slot;
            _deathLooks++;
        }

        if (_deathLooks < DeathLooksMin)
        {
            return LaneReport.Stuck($"{chunk.Id}: unknown: {_deathLooks} of {DeathLooksMin} looks found nothing of it");
        }

        _deathLooks = 0;
        var proof = $"{_rail.Nodes.Count} nodes know nothing of it at finalized slot {slot}, beyond height "
            + $"{chunk.Attempts[^1].LastValidBlockHeight}";

        if (await _chunks.RecordDead(lease, chunk.Id, proof, cancel) is not ChunkOutcome.Done done)
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
}
