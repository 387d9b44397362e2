using System.Text.Json;
using Dapper;

namespace Marketplace.Ledger.Payments;

/// <summary>
/// Events of the card processor: stored before they are acknowledged, each once, looked into later. One that nobody can
/// act on is parked with its reason, for a person to try again.
/// </summary>
public sealed class ProcessorEvents(LedgerDatabase database, TimeProvider clock)
{
    public const string New = "new";
    public const string Done = "done";
    public const string Parked = "parked";

    /// <summary>Most rows of one list.</summary>
    public const int RowsMax = 500;

    private const string Source = "stripe";
    private const int NoteLengthMax = 500;

    private readonly BookWriter _writer = new(database.Dialect, clock);

    /// <summary>Stores an event. False when it was there already: a repeat.</summary>
    /// <param name="taken">The event with the state it begins in.</param>
    /// <param name="body">As it came, byte for byte.</param>
    /// <param name="cancel">Ends the wait; the outcome is unknown then.</param>
    public Task<bool> Take(ProcessorEvent taken, byte[] body, CancellationToken cancel = default) => database.Write(
        async (connection, transaction) =>
        {
            var now = clock.GetUtcNow().ToMicros();
            var isNew = await connection.ExecuteAsync(new(
                "INSERT INTO inbox(source, event_id, at_us) VALUES (@Source, @Id, @now) ON CONFLICT DO NOTHING",
                new { Source, taken.Id, now },
                transaction,
                cancellationToken: cancel)) == 1;

            if (!isNew)
            {
                return false;
            }

            await connection.ExecuteAsync(new(
                """
                INSERT INTO stripe_event(
                  id, type, api_version, object_kind, object_id, body, state, note, tries, due_us, at_us)
                VALUES (@Id, @Type, @ApiVersion, @ObjectKind, @ObjectId, @body, @State, @Note, 0, @now, @now)
                """,
                new
                {
                    taken.Id,
                    taken.Type,
                    taken.ApiVersion,
                    taken.ObjectKind,
                    taken.ObjectId,
                    body,
                    taken.State,
                    taken.Note,
                    now,
                },
                transaction,
                cancellationToken: cancel));

            if (taken.State == Parked)
            {
                var line = Line(taken, Parked, taken.Note ?? string.Empty);
                var entry = PreparedEntry.From(new Entry { Register = [line] });
                await _writer.Apply(connection, transaction, [entry], cancel);
            }

            return true;
        },
        cancel);

    public async Task<ProcessorEvent?> Find(string id, CancellationToken cancel = default) =>
        await Query("WHERE id = @id", new { id }, cancel) is [var row] ? row : null;

    /// <summary>Events to look into, the longest due first.</summary>
    public Task<IReadOnlyList<ProcessorEvent>> Due(
        DateTimeOffset now, int limit, CancellationToken cancel = default) => Query(
        $"WHERE state = 'new' AND due_us <= @now ORDER BY due_us, seq LIMIT {Math.Clamp(limit, 1, RowsMax)}",
        new { now = now.ToMicros() },
        cancel);

    /// <summary>It was looked into.</summary>
    public Task Finish(ProcessorEvent found, string? note, CancellationToken cancel = default) =>
        Change(found, Done, note, found.Tries, clock.GetUtcNow(), cancel);

    /// <summary>Nobody can act on it now.</summary>
    public Task Park(ProcessorEvent found, string why, CancellationToken cancel = default) =>
        Change(found, Parked, why, found.Tries, clock.GetUtcNow(), cancel);

    /// <summary>It is to be looked into later, or again.</summary>
    public Task Later(ProcessorEvent found, DateTimeOffset dueAt, string? why, CancellationToken cancel = default) =>
        Change(found, New, why, found.Tries + 1, dueAt, cancel);

    private static RegisterRow Line(ProcessorEvent found, string state, string note) => new(
        RegisterKinds.ParkedEvent,
        found.Id,
        string.Empty,
        state,
        JsonSerializer.Serialize(new
        {
            type = found.Type,
            objectId = found.ObjectId,
            apiVersion = found.ApiVersion,
            why = note,
        }),
        null);

    private Task<bool> Change(
        ProcessorEvent found, string state, string? note, int tries, DateTimeOffset dueAt, CancellationToken cancel)
    {
        var text = note?.Length > NoteLengthMax ? note[..NoteLengthMax] : note;

        return database.Write(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync(new(
                    """
                    UPDATE stripe_event SET state = @state, note = @text, tries = @tries, due_us = @due WHERE id = @Id
                    """,
                    new { found.Id, state, text, tries, due = dueAt.ToMicros() },
                    transaction,
                    cancellationToken: cancel));

                // Only what is or was parked is listed.
                if (state == Parked || found.State == Parked || found.Note is not null)
                {
                    var entry = PreparedEntry.From(new Entry { Register = [Line(found, state, text ?? string.Empty)] });
                    await _writer.Apply(connection, transaction, [entry], cancel);
                }

                return true;
            },
            cancel);
    }

    private async Task<IReadOnlyList<ProcessorEvent>> Query(string where, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Row>(new(
            $"""
            SELECT id AS Id, type AS Type, api_version AS ApiVersion, object_kind AS ObjectKind, object_id AS ObjectId,
              tries AS Tries, state AS State, note AS Note
            FROM stripe_event {where}
            """,
            values,
            cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new ProcessorEvent(row.Id, row.Type, row.ApiVersion, row.ObjectKind, row.ObjectId)
            {
                Tries = (int)row.Tries,
                State = row.State,
                Note = row.Note,
            }),
        ];
    }

    private sealed record Row(
        string Id,
        string Type,
        string ApiVersion,
        string ObjectKind,
        string ObjectId,
        long Tries,
        string State,
        string? Note);
}
