using Marketplace.Domain;
using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

internal sealed partial class PayoutLane
{
    private const int AttemptsMax = 6;
    private const int RefusalsBeforeCancel = 3;

    private DateTimeOffset _sentAt;
    private int _refusals;
    private (ChunkPayout Payout, string Why)? _culprit;

    /// <summary>
    /// From the moment this is written the bytes may be on the chain, so it is written before they go out.
    /// </summary>
    private async Task<LaneReport> SendFirst(LaneLease lease, Chunk chunk, CancellationToken cancel)
    {
        switch (await _chunks.RecordSent(lease, chunk.Id, chunk.Attempts[^1].Number, cancel))
        {
            case ChunkOutcome.Done done:
                _refusals = 0;
                _culprit = null;
                await Send(done.Chunk, cancel);
                setting.Checkpoint.Reach(Checkpoints.ChunkSent);
                await Tell(done.Chunk, cancel);
                _followed = done.Chunk;
                return LaneReport.Later;
            case ChunkOutcome.LeaseLost:
                return LostLease();
            case var other:
                return LaneReport.Stuck($"{chunk.Id} cannot be sent: {other}");
        }
    }

    /// <summary>The same bytes to every node. An error only means that they go out again.</summary>
    private async Task Send(Chunk chunk, CancellationToken cancel)
    {
        var attempt = chunk.Attempts[^1];
        _sentAt = setting.Clock.GetUtcNow();

        // Preflight names a payout that cannot be paid; once one of the bytes may be out it only costs time.
        var options = new SendOptions { SkipPreflight = chunk.Attempts.Count > 1 };
        var answers = await _rail.Rpc.Everywhere(
            (node, stop) => node.SendTransactionAsync(attempt.Wire, options, stop), cancel);

        foreach (var answer in answers)
        {
            if (answer is NodeAnswer<Signature>.Failed failed)
            {
                Note(chunk, attempt, failed.Problem.TransactionError);
            }
            else
            {
                _refusals = 0;
            }
        }
    }

    private void Note(Chunk chunk, SignedAttempt attempt, TransactionError? error)
    {
        if (error is not TransactionError.InInstruction failed)
        {
            return;
        }

        _refusals++;
        var message = Transaction.Decode(attempt.Wire).Message;

        if (ChunkMessage.PayoutAt(chunk, message, failed.Index) is { } payout)
        {
            _culprit = (payout, $"preflight fails: {failed.Name} {failed.Custom}");
        }
    }

    /// <summary>Nothing was seen yet and the nonce is unused: send again, offer more, or call the chunk off.</summary>
    private async Task<LaneReport> KeepSending(LaneLease lease, Chunk chunk, CancellationToken cancel)
    {
        var last = chunk.Attempts[^1];
        var nonce = new Lifetime(PublicKey.Parse(last.NonceAccount!), Hash.Parse(last.NonceValue), null);

        if (last.SentAt is null)
        {
            // A worker died between storing a replacement and sending it.
            return await SendFirst(lease, chunk, cancel);
        }

        if (_refusals >= RefusalsBeforeCancel && !ChunkMessage.IsCancel(last.Wire))
        {
            _refusals = 0;
            return await CallOff(lease, chunk, nonce, cancel);
        }

        var now = setting.Clock.GetUtcNow();
        var message = Transaction.Decode(last.Wire).Message;
        var isDue = now - _sentAt >= setting.Options.SendEvery;

        if (isDue && message.Lookups.Count > 0 && await TablesOf(message, cancel) is null)
        {
            // What its indexes stand for is not sure any more, or nothing at all: then it could wait for ever.
            return await CallOff(lease, chunk, nonce, cancel);
        }

        var isOld = last.SentAt is { } sentAt && now - sentAt >= setting.Options.ReplaceAfter;

        if (isOld && chunk.Attempts.Count < AttemptsMax && !ChunkMessage.IsCancel(last.Wire)
            && await setting.Desk.FrozenBecause(cancel) is null)
        {
            var raised = ChunkMessage.Raised(message, (ulong)setting.Options.PriorityMax);

            if (!raised.Encode().AsSpan().SequenceEqual(message.Encode()))
            {
                return await TablesOf(message, cancel) is { } tables
                    ? await Replace(lease, chunk, new(raised, tables), nonce, cancel)
                    : await CallOff(lease, chunk, nonce, cancel);
            }
        }

        if (isDue)
        {
            await Send(chunk, cancel);
        }

        return LaneReport.Later;
    }

    private Task<LaneReport> CallOff(LaneLease lease, Chunk chunk, Lifetime nonce, CancellationToken cancel) =>
        Replace(lease, chunk, new(ChunkMessage.Cancel(_rail, nonce.Nonce!, nonce.Value), []), nonce, cancel);

    /// <summary>Another transaction on the same nonce value: of all of them at most one can ever land.</summary>
    private async Task<LaneReport> Replace(
        LaneLease lease, Chunk chunk, LaneMessage message, Lifetime nonce, CancellationToken cancel)
    {
        var number = chunk.Attempts.Count + 1;

        if (await Store(lease, chunk, number, message, nonce, cancel) is { Trouble: not null } stuck)
        {
            return stuck;
        }

        switch (await _chunks.RecordSent(lease, chunk.Id, number, cancel))
        {
            case ChunkOutcome.Done done:
                await Send(done.Chunk, cancel);
                return LaneReport.Later;
            case ChunkOutcome.LeaseLost:
                return LostLease();
            case var other:
                return LaneReport.Stuck($"{chunk.Id} cannot be replaced: {other}");
        }
    }
}
