using Dapper;
using Marketplace.Domain.Accounts;

namespace Marketplace.Ledger.Payments;

/// <summary>Who used an account, by hour: kept while a payment of it may be disputed.</summary>
public sealed class AccessRows(LedgerDatabase database)
{
    /// <summary>Most rows that are forgotten at a time.</summary>
    public const int ForgetMax = 1_000;

    /// <summary>A card payment may be disputed for 120 days, and a dispute takes its time.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(180);

    /// <summary>Adds to what is known. Not idempotent: a repeat counts twice.</summary>
    public Task Add(IReadOnlyList<AccountAccess> lines, CancellationToken cancel = default) => database.Write(
        (connection, transaction) => connection.ExecuteAsync(new(
            """
            INSERT INTO account_access(account, hour, api_key, address, what, calls, first_us, last_us)
            VALUES (@account, @hour, @key, @address, @what, @calls, @first, @last)
            ON CONFLICT(account, hour, api_key, address, what) DO UPDATE SET
              calls = account_access.calls + excluded.calls,
              first_us = CASE WHEN excluded.first_us < account_access.first_us
                THEN excluded.first_us ELSE account_access.first_us END,
              last_us = CASE WHEN excluded.last_us > account_access.last_us
                THEN excluded.last_us ELSE account_access.last_us END
            """,
            // In one order, so that two hosts that write the same rows wait for each other and for nothing else.
            lines.OrderBy(line => (line.Account.Value, line.Hour, line.Key.Value, line.Address, line.What)).Select(Row),
            transaction,
            cancellationToken: cancel)),
        cancel);

    /// <summary>What an account was used for since a time, newest first.</summary>
    public async Task<IReadOnlyList<AccountAccess>> Since(
        AccountId account, DateTimeOffset since, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<AccessRow>(new(
            """
            SELECT api_key AS Key, address AS Address, what AS What, calls AS Calls, first_us AS FirstUs,
              last_us AS LastUs
            FROM account_access WHERE account = @account AND hour >= @hour AND last_us >= @since
            ORDER BY hour DESC, last_us DESC, api_key, address, what LIMIT @limit
            """,
            new
            {
                account = account.Value,
                hour = since.ToUnixTimeSeconds() / 3_600,
                since = since.ToMicros(),
                limit,
            },
            cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new AccountAccess(
                account,
                ApiKeyId.Parse(row.Key),
                row.Address,
                row.What,
                row.Calls,
                row.FirstUs.ToTime(),
                row.LastUs.ToTime())),
        ];
    }

    /// <summary>Forgets what is older; answers how many rows were, at most <see cref="ForgetMax"/>.</summary>
    public Task<int> Forget(DateTimeOffset before, CancellationToken cancel = default) => database.Write(
        (connection, transaction) => connection.ExecuteAsync(new(
            $"""
            DELETE FROM account_access WHERE (account, hour, api_key, address, what) IN (
              SELECT account, hour, api_key, address, what FROM account_access WHERE hour < @hour
              LIMIT {ForgetMax})
            """,
            new { hour = before.ToUnixTimeSeconds() / 3_600 },
            transaction,
            cancellationToken: cancel)),
        cancel);

    private static object Row(AccountAccess line) => new
    {
        account = line.Account.Value,
        hour = line.Hour,
        key = line.Key.Value,
        address = line.Address,
        what = line.What,
        calls = line.Calls,
        first = line.First.ToMicros(),
        last = line.Last.ToMicros(),
    };

    private sealed record AccessRow(
        string Key, string Address, string What, long Calls, long FirstUs, long LastUs);
}
