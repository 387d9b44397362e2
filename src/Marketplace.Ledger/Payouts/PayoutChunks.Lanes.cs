using System.Data.Common;
using Dapper;
using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Payouts;

public sealed partial class PayoutChunks
{
    /// <summary>Most chunks of one list.</summary>
    public const int ChunksMax = 1_000;

    private const string LaneColumns =
        "id AS Lane, nonce_account AS NonceAccount, holder AS Holder, fence AS Fence, until_us AS UntilUs, "
        + "rail AS Rail, chain AS Chain";

    /// <summary>
    /// Takes a lane that is free, whose lease ran out, or that the same holder had; each time with a higher fence. Null
    /// while another holder has it.
    /// </summary>
    public Task<LaneLease?> Take(
        string lane, string nonceAccount, string holder, TimeSpan lease, CancellationToken cancel = default) =>
        Take(RailPin.First, lane, nonceAccount, holder, lease, cancel);

    /// <summary>
    /// The same on a rail. A lane stays on the rail and the chain that took it first: null for any other, whoever holds
    /// it; <see cref="PinOf"/> tells which one it is.
    /// </summary>
    public Task<LaneLease?> Take(
        RailPin pin,
        string lane,
        string nonceAccount,
        string holder,
        TimeSpan lease,
        CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lease, TimeSpan.Zero);

        return database.Write(
            async (connection, transaction) =>
            {
                var rows = await connection.QueryAsync<LaneRow>(new(
                    $"""
                    INSERT INTO lane(id, nonce_account, holder, fence, until_us, rail, chain)
                    VALUES (@lane, @nonceAccount, @holder, 1, @until, @rail, @chain)
                    ON CONFLICT(id) DO UPDATE SET nonce_account = excluded.nonce_account, holder = excluded.holder,
                      fence = lane.fence + 1, until_us = excluded.until_us, chain = COALESCE(lane.chain, excluded.chain)
                    WHERE (lane.until_us <= @now OR lane.holder = excluded.holder) AND lane.rail = excluded.rail
                      AND COALESCE(excluded.chain, lane.chain, '') = COALESCE(lane.chain, excluded.chain, '')
                    RETURNING {LaneColumns}
                    """,
                    new
                    {
                        lane,
                        nonceAccount,
                        holder,
                        until = (clock.GetUtcNow() + lease).ToMicros(),
                        now = Now,
                        rail = pin.Rail.Value,
                        chain = pin.Chain,
                    },
                    transaction,
                    cancellationToken: cancel));

                return rows.SingleOrDefault()?.ToLease();
            },
            cancel);
    }

    /// <summary>The rail and chain that a lane belongs to, or null when it was never taken.</summary>
    public async Task<RailPin?> PinOf(string lane, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var row = await connection.QuerySingleOrDefaultAsync<LaneRow>(
            new($"SELECT {LaneColumns} FROM lane WHERE id = @lane", new { lane }, cancellationToken: cancel));

        return row is null ? null : new(RailName.Parse(row.Rail), row.Chain);
    }

    /// <summary>Keeps a lane for longer; null when it was lost.</summary>
    public Task<LaneLease?> Renew(LaneLease lease, TimeSpan extend, CancellationToken cancel = default) =>
        database.Write(
            async (connection, transaction) =>
            {
                var rows = await connection.QueryAsync<LaneRow>(new(
                    $"""
                    UPDATE lane SET until_us = @until
                    WHERE id = @Lane AND fence = @Fence AND holder = @Holder AND until_us > @now RETURNING {LaneColumns}
                    """,
                    new
                    {
                        lease.Lane,
                        lease.Fence,
                        lease.Holder,
                        until = (clock.GetUtcNow() + extend).ToMicros(),
                        now = Now,
                    },
                    transaction,
                    cancellationToken: cancel));

                return rows.SingleOrDefault()?.ToLease();
            },
            cancel);

    /// <summary>Gives a lane up at once; harmless when it was lost.</summary>
    public Task Release(LaneLease lease, CancellationToken cancel = default) =>
        database.Write(
            (connection, transaction) => connection.ExecuteAsync(new(
                "UPDATE lane SET until_us = 0 WHERE id = @Lane AND fence = @Fence",
                new { lease.Lane, lease.Fence },
                transaction,
                cancellationToken: cancel)),
            cancel);

    /// <summary>Every lane that was ever taken, with its last lease.</summary>
    public async Task<IReadOnlyList<LaneLease>> Lanes(CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<LaneRow>(
            new($"SELECT {LaneColumns} FROM lane ORDER BY id", cancellationToken: cancel));

        return [.. rows.Select(row => row.ToLease())];
    }

    /// <summary>The chunk that is in flight on a lane, or null.</summary>
    public async Task<Chunk?> Live(string lane, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await _reader.Live(connection, null, lane, cancel);
    }

    public async Task<Chunk?> Find(ChunkId chunk, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await _reader.Find(connection, null, chunk, cancel);
    }

    /// <summary>Every chunk that a payout has been in, newest first.</summary>
    public async Task<IReadOnlyList<Chunk>> Of(PayoutId payout, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await _reader.Read(
            connection,
            null,
            "WHERE id IN (SELECT chunk_id FROM chunk_payout WHERE payout_id = @payout)",
            new { payout = payout.Value },
            ChunksMax,
            cancel);
    }

    /// <summary>Chunks in a state, or all, newest first.</summary>
    public async Task<IReadOnlyList<Chunk>> List(ChunkState? state, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await _reader.Read(
            connection,
            null,
            state is null ? string.Empty : "WHERE state = @state",
            new { state = (long?)state },
            Math.Clamp(limit, 1, ChunksMax),
            cancel);
    }

    /// <summary>Locks the lane's row: workers of one lane take turns, and only the last one goes on.</summary>
    private async Task<bool> Owns(
        DbConnection connection, DbTransaction transaction, LaneLease lease, CancellationToken cancel)
    {
        var row = await connection.QuerySingleOrDefaultAsync<LaneRow>(new(
            $"SELECT {LaneColumns} FROM lane WHERE id = @Lane {database.Dialect.ForUpdate}",
            new { lease.Lane },
            transaction,
            cancellationToken: cancel));

        return row is not null && row.Fence == lease.Fence && row.Holder == lease.Holder && Now < row.UntilUs;
    }

    private sealed class LaneRow
    {
        public string Lane { get; set; } = string.Empty;

        public string NonceAccount { get; set; } = string.Empty;

        public string Holder { get; set; } = string.Empty;

        public long Fence { get; set; }

        public long UntilUs { get; set; }

        public string Rail { get; set; } = string.Empty;

        public string? Chain { get; set; }

        public LaneLease ToLease() => new(Lane, NonceAccount, Holder, Fence, UntilUs.ToTime())
        {
            Rail = RailName.Parse(Rail),
            Chain = Chain,
        };
    }
}
