using System.Data.Common;
using Dapper;
using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Payouts;

public sealed partial class PayoutChunks
{
    private const long MicrosPerMinute = 60_000_000;

    /// <summary>
    /// Why so much more may not be signed now, or null. The rows are the memory: a restart forgets nothing. They count
    /// by whole minutes, so what was signed counts for up to a minute longer than the term.
    /// </summary>
    public async Task<string?> WhyOverCap(Usdc amount, SigningCaps caps, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await WhyOverCap(connection, null, amount, caps, cancel);
    }

    private async Task<string?> WhyOverCap(
        DbConnection connection,
        DbTransaction transaction,
        Chunk chunk,
        SignedAttempt attempt,
        SigningCaps caps,
        CancellationToken cancel)
    {
        if (attempt.Number > 1)
        {
            return null;
        }

        // Lanes sign at the same time: each has to see what the others have stored.
        if (database.Dialect.SerializeSigning is { } serialize)
        {
            await connection.ExecuteAsync(new(serialize, transaction: transaction, cancellationToken: cancel));
        }

        var amount = chunk.Payouts.Aggregate(Usdc.Zero, (sum, row) => sum + row.Amount);
        return await WhyOverCap(connection, transaction, amount, caps, cancel);
    }

    private async Task<string?> WhyOverCap(
        DbConnection connection, DbTransaction? transaction, Usdc amount, SigningCaps caps, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();

        var terms = new[] { (TimeSpan.FromHours(1), caps.PerHour), (TimeSpan.FromDays(1), caps.PerDay) };

        foreach (var (term, cap) in terms)
        {
            var signed = await connection.QuerySingleAsync<long>(new(
                """
                SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM signed_minute WHERE minute >= @since
                """,
                new { since = (now - term).ToMicros() / MicrosPerMinute },
                transaction,
                cancellationToken: cancel));

            if (Usdc.FromMicros(signed) + amount > cap)
            {
                return $"{Usdc.FromMicros(signed)} USDC were signed within {term}: "
                    + $"{amount} more exceed the cap of {cap}";
            }
        }

        return null;
    }
}
