using System.Data.Common;
using Dapper;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Payouts;

/// <summary>
/// The rows of payouts on their way to the chain. Every step is one transaction, names the lease of its lane and may be
/// repeated; what must happen together with the books happens in the same transaction.
/// </summary>
public sealed partial class PayoutChunks(LedgerDatabase database, TimeProvider clock) : IDisposable
{
    private readonly BookWriter _writer = new(database.Dialect, clock);
    private readonly ChunkReader _reader = new(database.Dialect);

    /// <summary>Writes the holds of all payouts and the planned chunk together.</summary>
    public Task<PlanOutcome> Plan(
        LaneLease lease, ChunkId chunk, IReadOnlyList<ChunkPayout> payouts, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfZero(payouts.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payouts.Count, Chunk.LookedUpPayoutsMax);

        return Together<PlanOutcome>(
            async (connection, transaction) =>
            {
                if (!await Owns(connection, transaction, lease, cancel))
                {
                    return new PlanOutcome.LeaseLost();
                }

                if (payouts.FirstOrDefault(row => row.Rail != lease.Rail) is { } stray)
                {
                    return new PlanOutcome.OtherRail(stray.Payout);
                }

                if (await _reader.Find(connection, transaction, chunk, cancel) is { } planned)
                {
                    return planned.Lane == lease.Lane && planned.Payouts.SequenceEqual(payouts)
                        ? new PlanOutcome.Planned(planned)
                        : throw new InvalidOperationException($"{chunk} is planned already with other payouts.");
                }

                if (await _reader.Live(connection, transaction, lease.Lane, cancel) is { } live)
                {
                    return new PlanOutcome.LaneBusy(live.Id);
                }

                return await FirstTaken(connection, transaction, payouts, cancel) is { } taken
                    ? taken
                    : await Insert(connection, transaction, lease, chunk, payouts, cancel);
            },
            cancel);
    }

    /// <summary>
    /// Stores signed bytes, before they are first sent. A further attempt must use the nonce of the first one, so that
    /// at most one of them can ever land. The first one counts against the caps.
    /// </summary>
    public Task<ChunkOutcome> RecordSigned(
        LaneLease lease, ChunkId chunk, SignedAttempt attempt, SigningCaps caps, CancellationToken cancel = default) =>
        Step(
            lease,
            chunk,
            async (connection, transaction, found) =>
            {
                if (found.Attempts.Any(it => it.Number == attempt.Number && it.Signature == attempt.Signature))
                {
                    return new ChunkOutcome.Done(found);
                }

                if (WhyNotSigned(lease, found, attempt) is { } why)
                {
                    return new ChunkOutcome.NotNow(found, why);
                }

                if (await WhyOverCap(connection, transaction, found, attempt, caps, cancel) is { } over)
                {
                    return new ChunkOutcome.NotNow(found, over);
                }

                var now = Now;
                await connection.ExecuteAsync(new(
                    """
                    INSERT INTO attempt(
                      chunk_id, number, signature, wire, genesis, nonce_account, nonce_value, last_valid_height,
                      signed_us)
                    VALUES (@chunk, @Number, @Signature, @Wire, @GenesisHash, @NonceAccount, @NonceValue,
                      @LastValidBlockHeight, @now)
                    """,
                    new
                    {
                        chunk = chunk.Value,
                        attempt.Number,
                        attempt.Signature,
                        attempt.Wire,
                        attempt.GenesisHash,
                        attempt.NonceAccount,
                        attempt.NonceValue,
                        attempt.LastValidBlockHeight,
                        now,
                    },
                    transaction,
                    cancellationToken: cancel));

                var next = found with
                {
                    State = found.State == ChunkState.Planned ? ChunkState.Signed : found.State,
                    Attempts = [.. found.Attempts, attempt with { SignedAt = now.ToTime(), SentAt = null }],
                };
                return await Move(connection, transaction, found, next, cancel);
            },
            cancel);

    /// <summary>The attempt goes to the chain now or has gone: from here on it may land.</summary>
    public Task<ChunkOutcome> RecordSent(
        LaneLease lease, ChunkId chunk, int attempt, CancellationToken cancel = default) =>
        Step(
            lease,
            chunk,
            async (connection, transaction, found) =>
            {
                if (!found.IsLive || found.Attempts.All(earlier => earlier.Number != attempt))
                {
                    return new ChunkOutcome.NotNow(found, $"attempt {attempt} cannot be sent: {found.State}");
                }

                var now = Now;
                var changed = await connection.ExecuteAsync(new(
                    """
                    UPDATE attempt SET sent_us = @now
                    WHERE chunk_id = @chunk AND number = @attempt AND sent_us IS NULL
                    """,
                    new { chunk = chunk.Value, attempt, now },
                    transaction,
                    cancellationToken: cancel));

                var state = found.State == ChunkState.Signed ? ChunkState.Sent : found.State;
                var next = found with
                {
                    State = state,
                    Attempts =
                    [
                        .. found.Attempts.Select(one => one.Number == attempt
                            ? one with { SentAt = one.SentAt ?? now.ToTime() }
                            : one),
                    ],
                };
                return changed == 0 && state == found.State
                    ? new ChunkOutcome.Done(found)
                    : await Move(connection, transaction, found, next, cancel);
            },
            cancel);

    /// <summary>One of the attempts was seen processed or confirmed without an error.</summary>
    public Task<ChunkOutcome> RecordLanded(
        LaneLease lease, ChunkId chunk, string signature, long slot, CancellationToken cancel = default) =>
        End(lease, chunk, signature, found => found with { State = ChunkState.Landed, Slot = slot }, null, cancel);

    /// <summary>What had landed is gone in a fork: the same bytes must be sent again.</summary>
    public Task<ChunkOutcome> RecordVanished(LaneLease lease, ChunkId chunk, CancellationToken cancel = default) =>
        Step(
            lease,
            chunk,
            async (connection, transaction, found) => found.State switch
            {
                ChunkState.Sent => new ChunkOutcome.Done(found),
                ChunkState.Landed => await Move(
                    connection,
                    transaction,
                    found,
                    found with { State = ChunkState.Sent, Signature = null, Slot = null },
                    cancel),
                _ => new ChunkOutcome.NotNow(found, $"a chunk that is {found.State} cannot vanish"),
            },
            cancel);

    /// <summary>
    /// The chain has finalized an attempt without an error: marks the chunk, posts every payout and the network fee,
    /// and uses up the holds, together.
    /// </summary>
    public Task<ChunkOutcome> Finalize(
        LaneLease lease,
        ChunkId chunk,
        string signature,
        long slot,
        long networkFeeLamports,
        CancellationToken cancel = default) =>
        End(
            lease,
            chunk,
            signature,
            found => found with { State = ChunkState.Finalized, Slot = slot, Note = null },
            found => PayoutEntries.Post(found.Payouts, signature, networkFeeLamports),
            cancel);

    /// <summary>
    /// The chain has finalized an attempt with an error: nothing was paid. The holds stay open and the payouts may be
    /// planned again.
    /// </summary>
    public Task<ChunkOutcome> RecordFailedOnChain(
        LaneLease lease,
        ChunkId chunk,
        string signature,
        long slot,
        string error,
        long networkFeeLamports,
        CancellationToken cancel = default) =>
        End(
            lease,
            chunk,
            signature,
            found => found with { State = ChunkState.FailedOnChain, Slot = slot, Note = error },
            _ => Entry.Of(PayoutJournals.NetworkFee(signature, networkFeeLamports)),
            cancel);

    /// <summary>
    /// It is proved that no attempt can ever land, or none was made. The holds stay open and the payouts may be planned
    /// again. A chunk that was seen on chain must vanish first.
    /// </summary>
    public Task<ChunkOutcome> RecordDead(
        LaneLease lease, ChunkId chunk, string proof, CancellationToken cancel = default) =>
        Step(
            lease,
            chunk,
            async (connection, transaction, found) => found.State switch
            {
                ChunkState.Dead => new ChunkOutcome.Done(found),
                ChunkState.Planned or ChunkState.Signed or ChunkState.Sent => await Move(
                    connection, transaction, found, found with { State = ChunkState.Dead, Note = proof }, cancel),
                _ => new ChunkOutcome.NotNow(found, $"a chunk that is {found.State} cannot be declared dead"),
            },
            cancel);

    /// <summary>
    /// Gives back what is held for a payout that will not be made: of its owner's, and of the treasury's where it was
    /// in a chunk that died; what <paramref name="end"/> says besides is the same transaction. Refused as a conflict
    /// while a live or finalized chunk has it.
    /// </summary>
    public Task<PostOutcome> Release(PayoutId payout, Entry end, CancellationToken cancel = default) =>
        database.Write<PostOutcome>(
            async (connection, transaction) =>
            {
                string[] wanted = [PayoutEntries.PayableHold(payout), PayoutEntries.TreasuryHold(payout)];
                var holds = await TransferHolds.Open(database.Dialect, connection, transaction, wanted, cancel);

                if (await TransferHolds.TakenBy(connection, transaction, payout, cancel) is { } taken)
                {
                    return new PostOutcome.Conflict(taken);
                }

                return holds.Length == 0 && end.Journals.Count == 0
                    ? new PostOutcome.Exists(0)
                    : await Apply(connection, transaction, end with { VoidHolds = holds }, cancel);
            },
            cancel);

    private long Now => clock.GetUtcNow().ToMicros();

    private static string? WhyNotSigned(LaneLease lease, Chunk chunk, SignedAttempt attempt)
    {
        var first = chunk.Attempts.Count > 0 ? chunk.Attempts[0] : null;

        return (chunk.IsLive, attempt.Number == chunk.Attempts.Count + 1, first) switch
        {
            (false, _, _) => $"the chunk is {chunk.State}",
            (_, false, _) => $"attempt {attempt.Number} after {chunk.Attempts.Count}",
            _ when lease.Chain is { } chain && chain != attempt.GenesisHash =>
                $"the lane is of chain {chain}, not {attempt.GenesisHash}",
            (_, _, null) => null,
            (_, _, { NonceAccount: null }) => "an attempt on a blockhash has no replacement: it must be proved dead",
            _ when first.NonceAccount != attempt.NonceAccount || first.NonceValue != attempt.NonceValue =>
                "a replacement must use the nonce of the first attempt",
            _ when first.GenesisHash != attempt.GenesisHash => "a replacement must be for the same chain",
            _ => null,
        };
    }

    private Task<ChunkOutcome> End(
        LaneLease lease,
        ChunkId chunk,
        string signature,
        Func<Chunk, Chunk> change,
        Func<Chunk, Entry>? entry,
        CancellationToken cancel) =>
        Step(
            lease,
            chunk,
            async (connection, transaction, found) =>
            {
                var next = change(found) with { Signature = signature };

                if (found.State == next.State && found.Signature == signature)
                {
                    return new ChunkOutcome.Done(found);
                }

                if (found.State is ChunkState.Planned || !found.IsLive)
                {
                    return new ChunkOutcome.NotNow(found, $"a chunk that is {found.State} cannot become {next.State}");
                }

                if (found.Attempts.All(attempt => attempt.Signature != signature))
                {
                    return new ChunkOutcome.NotNow(found, $"{signature} is none of its attempts");
                }

                if (entry is not null
                    && await Apply(connection, transaction, entry(found), cancel) is { Stands: false } refused)
                {
                    return new ChunkOutcome.Refused(refused);
                }

                return await Move(connection, transaction, found, next, cancel);
            },
            cancel);

    private Task<ChunkOutcome> Step(
        LaneLease lease,
        ChunkId chunk,
        Func<DbConnection, DbTransaction, Chunk, Task<ChunkOutcome>> step,
        CancellationToken cancel) =>
        Together<ChunkOutcome>(
            async (connection, transaction) =>
            {
                if (!await Owns(connection, transaction, lease, cancel))
                {
                    return new ChunkOutcome.LeaseLost();
                }

                var found = await _reader.Find(connection, transaction, chunk, cancel);

                return found is null || found.Lane != lease.Lane
                    ? new ChunkOutcome.Unknown()
                    : await step(connection, transaction, found);
            },
            cancel);

    private async Task<ChunkOutcome> Move(
        DbConnection connection, DbTransaction transaction, Chunk found, Chunk next, CancellationToken cancel)
    {
        var now = Now;
        var changed = await connection.ExecuteAsync(new(
            """
            UPDATE chunk SET state = @state, version = version + 1, signature = @Signature, slot = @Slot, note = @Note,
              ended_us = @ended
            WHERE id = @id AND version = @version
            """,
            new
            {
                id = found.Id.Value,
                version = found.Version,
                state = (long)next.State,
                next.Signature,
                next.Slot,
                next.Note,
                ended = next.IsLive ? (long?)null : now,
            },
            transaction,
            cancellationToken: cancel));

        if (changed != 1)
        {
            throw new InvalidOperationException($"{found.Id} changed under the lock of its lane.");
        }

        if (next.State is ChunkState.FailedOnChain or ChunkState.Dead)
        {
            await connection.ExecuteAsync(new(
                "UPDATE chunk_payout SET taken = 0 WHERE chunk_id = @id",
                new { id = found.Id.Value },
                transaction,
                cancellationToken: cancel));
        }

        return new ChunkOutcome.Done(
            next with { Version = found.Version + 1, EndedAt = next.IsLive ? null : now.ToTime() });
    }

    private async Task<PostOutcome> Apply(
        DbConnection connection, DbTransaction transaction, Entry entry, CancellationToken cancel)
    {
        var outcomes = await _writer.Apply(connection, transaction, [PreparedEntry.From(entry)], cancel);
        return outcomes[0];
    }
}
