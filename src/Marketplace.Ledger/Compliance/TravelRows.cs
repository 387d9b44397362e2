using Dapper;
using Marketplace.Domain.Compliance;

namespace Marketplace.Ledger.Compliance;

/// <summary>Travel records, one a payout.</summary>
public sealed class TravelRows(LedgerDatabase database)
{
    /// <summary>Most records of one page.</summary>
    public const int RowsMax = 100;

    /// <summary>Keeps a record; again it changes nothing.</summary>
    public Task Keep(TravelRecord record, CancellationToken cancel = default) => database.Write(
        (connection, transaction) => connection.ExecuteAsync(new(
            "INSERT INTO travel_record(payout, body, at_us) VALUES (@payout, @body, @at) ON CONFLICT DO NOTHING",
            new { payout = record.Payout.Value, body = ComplianceJson.Write(record), at = record.At.ToMicros() },
            transaction,
            cancellationToken: cancel)),
        cancel);

    /// <summary>Records, newest first, with their places in the list.</summary>
    public async Task<IReadOnlyList<(long Sequence, TravelRecord Record)>> List(
        long? before, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<(long Seq, string Body)>(new(
            "SELECT seq, body FROM travel_record WHERE seq < @before ORDER BY seq DESC LIMIT @limit",
            new { before = before ?? long.MaxValue, limit = Math.Clamp(limit, 1, RowsMax) },
            cancellationToken: cancel));
        return [.. rows.Select(row => (row.Seq, ComplianceJson.Read<TravelRecord>(row.Body)))];
    }
}
