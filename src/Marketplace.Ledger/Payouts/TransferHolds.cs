using System.Data.Common;
using Dapper;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger.Sql;

namespace Marketplace.Ledger.Payouts;

/// <summary>
/// What a transfer out still holds, and whether it may still be made: asked before it ends without being paid.
/// </summary>
internal static class TransferHolds
{
    /// <summary>
    /// Those of the holds that are open, locked until the commit in the order that the books lock accounts.
    /// </summary>
    public static async Task<string[]> Open(
        SqlDialect dialect,
        DbConnection connection,
        DbTransaction transaction,
        IReadOnlyList<string> holds,
        CancellationToken cancel) =>
    [
        .. await connection.QueryAsync<string>(new(
            $"""
            SELECT id FROM hold WHERE {dialect.In("id", "@wanted")} AND state = 'open'
            ORDER BY account_id {dialect.ForUpdate}
            """,
            new { wanted = holds.ToArray() },
            transaction,
            cancellationToken: cancel)),
    ];

    /// <summary>The live or finalized chunk that has it, or null.</summary>
    public static Task<string?> TakenBy(
        DbConnection connection, DbTransaction transaction, PayoutId payout, CancellationToken cancel) =>
        connection.QueryFirstOrDefaultAsync<string?>(new(
            "SELECT chunk_id FROM chunk_payout WHERE payout_id = @payout AND taken = 1",
            new { payout = payout.Value },
            transaction,
            cancellationToken: cancel));
}
