using Dapper;

namespace Marketplace.Ledger.Outbox;

/// <summary>Which events from outside were taken in.</summary>
public sealed class InboxRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Writes an event down before it is answered. False when it was there: a repeat.</summary>
    /// <param name="source">Who sent it, such as <c>stripe</c>.</param>
    /// <param name="eventId">The sender's id of it.</param>
    /// <param name="cancel">Ends the wait; the outcome is unknown then.</param>
    public Task<bool> Take(string source, string eventId, CancellationToken cancel = default) => database.Write(
        async (connection, transaction) => await connection.ExecuteAsync(new(
            "INSERT INTO inbox(source, event_id, at_us) VALUES (@source, @eventId, @at) ON CONFLICT DO NOTHING",
            new { source, eventId, at = clock.GetUtcNow().ToMicros() },
            transaction,
            cancellationToken: cancel)) == 1,
        cancel);
}
