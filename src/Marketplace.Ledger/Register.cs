using Dapper;

namespace Marketplace.Ledger;

/// <summary>The register on the books' database; writing goes through the book and shares its commits.</summary>
public sealed class Register(LedgerDatabase database, IBook book) : IRegister
{
    /// <summary>Most rows of one list.</summary>
    public const int RowsMax = 1_000;

    private const string Columns =
        "seq AS Seq, kind AS Kind, id AS Id, owner AS Owner, state AS State, detail AS Detail, due_us AS DueUs, "
        + "at_us AS AtUs";

    /// <inheritdoc/>
    public async Task Put(IReadOnlyList<RegisterRow> rows, CancellationToken cancel = default) =>
        await book.Post(new() { Register = rows }, cancel);

    /// <inheritdoc/>
    public async Task<RegisterRow?> Find(string kind, string id, CancellationToken cancel = default) =>
        await Query(
            $"SELECT {Columns} FROM register WHERE kind = @kind AND id = @id",
            new { kind, id }, cancel) is [var row] ? row : null;

    /// <inheritdoc/>
    public Task<IReadOnlyList<RegisterRow>> List(
        string kind, string? owner, string? state, long? before, int limit, CancellationToken cancel = default)
    {
        var byOwner = owner is null ? string.Empty : "AND owner = @owner";
        var byState = state is null ? string.Empty : "AND state = @state";
        var sql =
            $"""
            SELECT {Columns} FROM register WHERE kind = @kind {byOwner} {byState} AND seq < @before
            ORDER BY seq DESC LIMIT @limit
            """;

        return Query(
            sql,
            new { kind, owner, state, before = before ?? long.MaxValue, limit = Math.Clamp(limit, 1, RowsMax) },
            cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RegisterRow>> Due(
        string kind, DateTimeOffset now, int limit, CancellationToken cancel = default) =>
        Query(
            $"""
            SELECT {Columns} FROM register WHERE kind = @kind AND due_us IS NOT NULL AND due_us <= @now
            ORDER BY due_us, seq LIMIT @limit
            """,
            new { kind, now = now.ToMicros(), limit = Math.Clamp(limit, 1, RowsMax) },
            cancel);

    private async Task<IReadOnlyList<RegisterRow>> Query(string sql, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Row>(new(sql, values, cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new RegisterRow(
                row.Kind, row.Id, row.Owner, row.State, row.Detail, row.DueUs?.ToTime())
            {
                Sequence = row.Seq,
                CreatedAt = row.AtUs.ToTime(),
            }),
        ];
    }

    private sealed class Row
    {
        public long Seq { get; set; }

        public string Kind { get; set; } = string.Empty;

        public string Id { get; set; } = string.Empty;

        public string Owner { get; set; } = string.Empty;

        public string State { get; set; } = string.Empty;

        public string Detail { get; set; } = string.Empty;

        public long? DueUs { get; set; }

        public long AtUs { get; set; }
    }
}
