using System.Data.Common;
using Dapper;
using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Payouts;

/// <summary>
/// Rows of the treasury's lookup tables. What a table will hold is written before it is signed, signed bytes before
/// they are sent; of each table at most one step is alive. Every write may be repeated, and by several processes at
/// once: who comes second has written nothing.
/// </summary>
public sealed class LookupRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Tables of one rail that are read.</summary>
    public const int TablesMax = 256;

    /// <summary>Steps of one list.</summary>
    private const int StepsMax = 1_000;

    private const string TableColumns =
        "address AS Address, rail AS Rail, chain AS Chain, authority AS Authority, slot AS Slot, state AS State, "
        + "known AS Known, note AS Note";

    private const string StepColumns =
        "step.table_address AS Owner, step.number AS Number, step.kind AS Kind, step.from_place AS FromPlace, "
        + "step.places AS Places, step.wire AS Wire, step.signature AS Signature, step.last_height AS LastHeight, "
        + "step.state AS State";

    /// <summary>The table at an address, whatever became of it; null for one that is not ours.</summary>
    public async Task<StoredLookup?> Find(string address, CancellationToken cancel = default) =>
        await Read("WHERE address = @address", new { address }, cancel) is [var found] ? found : null;

    /// <summary>Every table of a rail on a chain, oldest first, retired ones included.</summary>
    public Task<IReadOnlyList<StoredLookup>> Of(RailName rail, string chain, CancellationToken cancel = default) =>
        Read("WHERE rail = @rail AND chain = @chain", new { rail = rail.Value, chain }, cancel);

    /// <summary>Writes a table down with what it will hold; false while another one of its rail is planned.</summary>
    public Task<bool> Plan(StoredLookup table, CancellationToken cancel = default) => Try(
        async (connection, transaction) =>
        {
            await connection.ExecuteAsync(new(
                """
                INSERT INTO lookup_table(address, rail, chain, authority, slot, state, known, at_us)
                VALUES (@Address, @rail, @Chain, @Authority, @Slot, 'planned', 0, @now)
                """,
                new { table.Address, rail = table.Rail.Value, table.Chain, table.Authority, table.Slot, now = Now },
                transaction,
                cancellationToken: cancel));
            await Insert(connection, transaction, table.Address, 0, table.Places, cancel);
        },
        cancel);

    /// <summary>Writes down what comes behind the first so many; false when others stand there.</summary>
    public Task<bool> Add(
        string table, int from, IReadOnlyList<LookupPlace> places, CancellationToken cancel = default) => Try(
            (connection, transaction) => Insert(connection, transaction, table, from, places, cancel), cancel);

    /// <summary>Stores signed bytes; false when another step of the table is alive: these are never sent.</summary>
    public Task<bool> Store(LookupStep step, CancellationToken cancel = default) => Try(
        (connection, transaction) => connection.ExecuteAsync(new(
            """
            INSERT INTO lookup_step(
              table_address, number, kind, from_place, places, wire, signature, last_height, state, at_us)
            VALUES (@Table, @Number, @Kind, @From, @Places, @Wire, @Signature, @LastHeight, 'signed', @now)
            """,
            new
            {
                step.Table,
                step.Number,
                step.Kind,
                step.From,
                step.Places,
                step.Wire,
                step.Signature,
                step.LastHeight,
                now = Now,
            },
            transaction,
            cancellationToken: cancel)),
        cancel);

    /// <summary>
    /// Says what became of a step, and what the table is since: active when it was made, longer when it was extended.
    /// Again is harmless.
    /// </summary>
    public Task Settle(LookupStep step, string state, CancellationToken cancel = default) => database.Write(
        async (connection, transaction) =>
        {
            var settled = await connection.ExecuteAsync(new(
                """
                UPDATE lookup_step SET state = @state
                WHERE table_address = @Table AND number = @Number AND state = 'signed'
                """,
                new { state, step.Table, step.Number },
                transaction,
                cancellationToken: cancel));
            var change = (state, step.Kind) switch
            {
                (LookupStep.Final, LookupStep.Create) =>
                    "UPDATE lookup_table SET state = 'active' WHERE address = @Table AND state = 'planned'",
                (LookupStep.Final, LookupStep.Extend) =>
                    "UPDATE lookup_table SET known = @next WHERE address = @Table AND known = @From "
                    + "AND state <> 'retired'",
                _ => null,
            };

            return settled == 0 || change is null ? 0 : await connection.ExecuteAsync(new(
                change,
                new { step.Table, step.From, next = step.From + step.Places },
                transaction,
                cancellationToken: cancel));
        },
        cancel);

    /// <summary>Ends the use of a table for good. Again is harmless.</summary>
    public Task Retire(string table, string why, CancellationToken cancel = default) => database.Write(
        (connection, transaction) => connection.ExecuteAsync(new(
            "UPDATE lookup_table SET state = 'retired', note = @why WHERE address = @table AND state <> 'retired'",
            new { table, why },
            transaction,
            cancellationToken: cancel)),
        cancel);

    /// <summary>Every step of a table, in order.</summary>
    public Task<IReadOnlyList<LookupStep>> Steps(string table, CancellationToken cancel = default) =>
        ReadSteps("WHERE step.table_address = @table ORDER BY step.number", new { table }, cancel);

    /// <summary>Steps of a rail's tables that are on their way.</summary>
    public Task<IReadOnlyList<LookupStep>> Alive(
        RailName rail, string chain, CancellationToken cancel = default) => ReadSteps(
            """
            JOIN lookup_table ON lookup_table.address = step.table_address
            WHERE step.state = 'signed' AND lookup_table.rail = @rail AND lookup_table.chain = @chain
            ORDER BY step.table_address, step.number
            """,
            new { rail = rail.Value, chain },
            cancel);

    /// <summary>Steps that were given up and signed since a time.</summary>
    public Task<IReadOnlyList<LookupStep>> Dead(
        RailName rail, string chain, DateTimeOffset since, CancellationToken cancel = default) => ReadSteps(
            """
            JOIN lookup_table ON lookup_table.address = step.table_address
            WHERE step.state = 'dead' AND lookup_table.rail = @rail AND lookup_table.chain = @chain
              AND step.at_us >= @since
            ORDER BY step.table_address, step.number
            """,
            new { rail = rail.Value, chain, since = since.ToMicros() },
            cancel);

    /// <summary>
    /// Wallets of providers that were paid at least so often since a time and are in no table in use, the most often
    /// paid first.
    /// </summary>
    public async Task<IReadOnlyList<string>> Repeated(
        RailPin pin, DateTimeOffset since, int paymentsMin, int most, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<string>(new(
            """
            SELECT chunk_payout.wallet FROM chunk JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id
            WHERE chunk.state = 4 AND chunk.ended_us >= @since
              AND chunk_payout.purpose = 'payout' AND chunk_payout.rail = @rail
              AND NOT EXISTS(
                SELECT 1 FROM lookup_address JOIN lookup_table ON lookup_table.address = lookup_address.table_address
                WHERE lookup_address.wallet = chunk_payout.wallet AND lookup_table.state <> 'retired'
                  AND lookup_table.rail = @rail AND lookup_table.chain = @chain)
            GROUP BY chunk_payout.wallet HAVING COUNT(*) >= @paymentsMin
            ORDER BY COUNT(*) DESC, chunk_payout.wallet LIMIT @most
            """,
            new { rail = pin.Rail.Value, chain = pin.Chain, since = since.ToMicros(), paymentsMin, most },
            cancellationToken: cancel));

        return rows.AsList();
    }

    private long Now => clock.GetUtcNow().ToMicros();

    private static Task<int> Insert(
        DbConnection connection,
        DbTransaction transaction,
        string table,
        int from,
        IReadOnlyList<LookupPlace> places,
        CancellationToken cancel) =>
        connection.ExecuteAsync(new(
            """
            INSERT INTO lookup_address(table_address, place, address, wallet)
            VALUES (@table, @place, @address, @wallet)
            """,
            places.Select((one, at) => new { table, place = from + at, address = one.Address, wallet = one.Wallet }),
            transaction,
            cancellationToken: cancel));

    /// <summary>False where a key or an index refuses: another process was first.</summary>
    private async Task<bool> Try(Func<DbConnection, DbTransaction, Task> write, CancellationToken cancel)
    {
        try
        {
            return await database.Write(
                async (connection, transaction) =>
                {
                    await write(connection, transaction);
                    return true;
                },
                cancel);
        }
        catch (DbException refused) when (database.Dialect.IsRefusal(refused))
        {
            return false;
        }
    }

    private async Task<IReadOnlyList<StoredLookup>> Read(string where, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var tables = (await connection.QueryAsync<TableRow>(new(
            $"SELECT {TableColumns} FROM lookup_table {where} ORDER BY seq LIMIT {TablesMax}",
            values,
            cancellationToken: cancel))).AsList();

        if (tables.Count == 0)
        {
            return [];
        }

        var places = (await connection.QueryAsync<PlaceRow>(new(
            $"""
            SELECT table_address AS Owner, address AS Address, wallet AS Wallet FROM lookup_address
            WHERE {database.Dialect.In("table_address", "@tables")} ORDER BY table_address, place
            """,
            new { tables = tables.Select(table => table.Address).ToArray() },
            cancellationToken: cancel))).ToLookup(row => row.Owner, StringComparer.Ordinal);

        return
        [
            .. tables.Select(row => new StoredLookup(
                row.Address,
                RailName.Parse(row.Rail),
                row.Chain,
                row.Authority,
                row.Slot,
                [.. places[row.Address].Select(place => new LookupPlace(place.Address, place.Wallet))])
            {
                State = Enum.Parse<LookupState>(row.State, ignoreCase: true),
                Known = (int)row.Known,
                Note = row.Note,
            }),
        ];
    }

    private async Task<IReadOnlyList<LookupStep>> ReadSteps(string rest, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<StepRow>(new(
            $"SELECT {StepColumns} FROM lookup_step AS step {rest} LIMIT {StepsMax}",
            values,
            cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new LookupStep(
                row.Owner,
                (int)row.Number,
                row.Kind,
                (int)row.FromPlace,
                (int)row.Places,
                row.Wire,
                row.Signature,
                row.LastHeight)
            {
                State = row.State,
            }),
        ];
    }

    private sealed class TableRow
    {
        public string Address { get; set; } = string.Empty;

        public string Rail { get; set; } = string.Empty;

        public string Chain { get; set; } = string.Empty;

        public string Authority { get; set; } = string.Empty;

        public long Slot { get; set; }

        public string State { get; set; } = string.Empty;

        public long Known { get; set; }

        public string? Note { get; set; }
    }

    private sealed class PlaceRow
    {
        public string Owner { get; set; } = string.Empty;

        public string Address { get; set; } = string.Empty;

        public string? Wallet { get; set; }
    }

    private sealed class StepRow
    {
        public string Owner { get; set; } = string.Empty;

        public long Number { get; set; }

        public string Kind { get; set; } = string.Empty;

        public long FromPlace { get; set; }

        public long Places { get; set; }

        public byte[] Wire { get; set; } = [];

        public string Signature { get; set; } = string.Empty;

        public long LastHeight { get; set; }

        public string State { get; set; } = string.Empty;
    }
}
