using Dapper;
using Marketplace.Domain.Accounts;

namespace Marketplace.Ledger;

/// <summary>What each account has stored, counted once an account and hash.</summary>
public sealed class AssetRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Bytes that the account's files have together.</summary>
    public async Task<long> Used(AccountId account, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await connection.ExecuteScalarAsync<long>(new(
            "SELECT COALESCE(SUM(bytes), 0) FROM stored_asset WHERE account = @account",
            new { account = account.Value },
            cancellationToken: cancel));
    }

    /// <summary>Bytes counted for one file of the account, or null when it has none of that hash.</summary>
    public async Task<long?> Find(AccountId account, string sha256, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await connection.ExecuteScalarAsync<long?>(new(
            "SELECT bytes FROM stored_asset WHERE account = @account AND sha256 = @sha256",
            new { account = account.Value, sha256 },
            cancellationToken: cancel));
    }

    /// <summary>Counts a file, or counts it with another length.</summary>
    public Task Put(AccountId account, string sha256, long bytes, CancellationToken cancel = default) =>
        database.Write(
            (connection, transaction) => connection.ExecuteAsync(new(
                """
                INSERT INTO stored_asset(account, sha256, bytes, at_us) VALUES (@account, @sha256, @bytes, @now)
                ON CONFLICT(account, sha256) DO UPDATE SET bytes = excluded.bytes
                """,
                new { account = account.Value, sha256, bytes, now = clock.GetUtcNow().ToMicros() },
                transaction,
                cancellationToken: cancel)),
            cancel);

    /// <summary>Counts a file no more.</summary>
    public Task Remove(AccountId account, string sha256, CancellationToken cancel = default) =>
        database.Write(
            (connection, transaction) => connection.ExecuteAsync(new(
                "DELETE FROM stored_asset WHERE account = @account AND sha256 = @sha256",
                new { account = account.Value, sha256 },
                transaction,
                cancellationToken: cancel)),
            cancel);
}
