using System.Data.Common;
using System.Text.Json;
using Dapper;

namespace Marketplace.Ledger;

/// <summary>The record of administrative acts: each line's hash covers the line before it.</summary>
public sealed class AuditLog(LedgerDatabase database, TimeProvider clock) : IAuditLog
{
    /// <summary>Most lines of one list.</summary>
    public const int LinesMax = 1_000;

    /// <inheritdoc/>
    public Task Record(
        string actor, string action, string subject, string reason, CancellationToken cancel = default) =>
        database.Write(
            async (connection, transaction) =>
            {
                var head = await Head(connection, transaction, "audit", database.Dialect.ForUpdate, cancel);
                var at = clock.GetUtcNow().ToMicros();
                var next = head.Append(Text(at, actor, action, subject, reason));

                return await connection.ExecuteAsync(new(
                    """
                    INSERT INTO audit(seq, at_us, actor, action, subject, reason, prev_hash, hash)
                    VALUES (@Sequence, @at, @actor, @action, @subject, @reason, @previous, @Hash);
                    UPDATE chain SET last_seq = @Sequence, hash = @Hash WHERE name = 'audit';
                    """,
                    new { next.Sequence, at, actor, action, subject, reason, previous = head.Hash, next.Hash },
                    transaction,
                    cancellationToken: cancel));
            },
            cancel);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AuditLine>> List(long? before, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Row>(new(
            """
            SELECT seq, at_us AS AtUs, actor, action, subject, reason, hash FROM audit WHERE seq < @before
            ORDER BY seq DESC LIMIT @limit
            """,
            new { before = before ?? long.MaxValue, limit = Math.Clamp(limit, 1, LinesMax) },
            cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new AuditLine(
                row.Seq,
                row.AtUs.ToTime(),
                row.Actor,
                row.Action,
                row.Subject,
                row.Reason,
                Convert.ToHexStringLower(row.Hash))),
        ];
    }

    /// <summary>What a line's hash covers beside the line before it.</summary>
    internal static string Text(long at, string actor, string action, string subject, string reason) =>
        JsonSerializer.Serialize(new object[] { at, actor, action, subject, reason });

    internal static async Task<ChainHead> Head(
        DbConnection connection, DbTransaction? transaction, string chain, string forUpdate, CancellationToken cancel)
    {
        var row = await connection.QuerySingleAsync<HeadRow>(new(
            $"SELECT last_seq AS Sequence, hash AS Hash FROM chain WHERE name = @chain {forUpdate}",
            new { chain },
            transaction,
            cancellationToken: cancel));

        return new(row.Sequence, row.Hash);
    }

    private sealed record HeadRow(long Sequence, byte[] Hash);

    private sealed record Row(
        long Seq, long AtUs, string Actor, string Action, string Subject, string Reason, byte[] Hash);
}
