using System.Data.Common;
using Dapper;
using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Payouts;

public sealed partial class PayoutChunks
{
    private async Task<PlanOutcome.PayoutTaken?> FirstTaken(
        DbConnection connection,
        DbTransaction transaction,
        IReadOnlyList<ChunkPayout> payouts,
        CancellationToken cancel)
    {
        var row = await connection.QueryFirstOrDefaultAsync<TakenRow>(new(
            $"""
            SELECT payout_id AS Payout, chunk_id AS Chunk FROM chunk_payout
            WHERE taken = 1 AND {database.Dialect.In("payout_id", "@wanted")}
            """,
            new { wanted = payouts.Select(payout => payout.Payout.Value).ToArray() },
            transaction,
            cancellationToken: cancel));

        return row is null ? null : new(PayoutId.Parse(row.Payout), ChunkId.Parse(row.Chunk));
    }

    private async Task<PlanOutcome> Insert(
        DbConnection connection,
        DbTransaction transaction,
        LaneLease lease,
        ChunkId chunk,
        IReadOnlyList<ChunkPayout> payouts,
        CancellationToken cancel)
    {
        var entry = PayoutEntries.Plan(payouts);

        // A hold that was there before may have been given back since: then the payout was called off.
        var there = await connection.QueryAsync<HoldState>(new(
            $"""
            SELECT id, state FROM hold WHERE {database.Dialect.In("id", "@wanted")}
            ORDER BY account_id {database.Dialect.ForUpdate}
            """,
            new { wanted = entry.Holds.Select(hold => hold.Id).ToArray() },
            transaction,
            cancellationToken: cancel));

        if (there.FirstOrDefault(hold => hold.State != HoldRow.Open) is { } ended)
        {
            return new PlanOutcome.Refused(new PostOutcome.HoldNotOpen(ended.Id));
        }

        if (await Apply(connection, transaction, entry, cancel) is { Stands: false } refused)
        {
            return new PlanOutcome.Refused(refused);
        }

        await connection.ExecuteAsync(new(
            "INSERT INTO chunk(id, lane, state, version, planned_us) VALUES (@id, @Lane, 0, 1, @now)",
            new { id = chunk.Value, lease.Lane, now = Now },
            transaction,
            cancellationToken: cancel));
        await connection.ExecuteAsync(new(
            """
            INSERT INTO chunk_payout(
              chunk_id, place, payout_id, provider_id, wallet, amount, fee, rail, purpose, account, taken)
            VALUES (@chunk, @place, @payout, @provider, @wallet, @amount, @fee, @rail, @purpose, @account, 1)
            """,
            payouts.Select((row, at) => new
            {
                chunk = chunk.Value,
                place = at,
                payout = row.Payout.Value,
                provider = row.Provider.Value ?? string.Empty,
                wallet = row.Wallet,
                amount = row.Amount.Micros,
                fee = row.Fee.Micros,
                rail = row.Rail.Value,
                purpose = ChunkReader.Word(row.Purpose),
                account = row.Account?.Value,
            }),
            transaction,
            cancellationToken: cancel));

        return new PlanOutcome.Planned((await _reader.Find(connection, transaction, chunk, cancel))!);
    }

    private sealed record HoldState(string Id, string State);

    private sealed record TakenRow(string Payout, string Chunk);
}
