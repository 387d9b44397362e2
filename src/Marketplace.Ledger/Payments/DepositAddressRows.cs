using Dapper;
using Marketplace.Domain.Accounts;

namespace Marketplace.Ledger.Payments;

/// <summary>Standing deposit addresses, one for each account, for ever.</summary>
public sealed class DepositAddressRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Most rows of one page.</summary>
    public const int RowsMax = 1_000;

    private const string Columns =
        "seq AS Seq, account AS Account, address AS Address, token_account AS TokenAccount, at_us AS AtUs";

    /// <summary>Opens the account's address; again is harmless.</summary>
    /// <exception cref="InvalidOperationException">
    /// The account has another address: the seed that addresses follow from was changed.
    /// </exception>
    public async Task<StandingAddress> Open(StandingAddress wanted, CancellationToken cancel = default)
    {
        await database.Write(
            (connection, transaction) => connection.ExecuteAsync(new(
                """
                INSERT INTO deposit_address(account, address, token_account, at_us)
                VALUES (@account, @Address, @TokenAccount, @now) ON CONFLICT DO NOTHING
                """,
                new
                {
                    account = wanted.Account.Value,
                    wanted.Address,
                    wanted.TokenAccount,
                    now = clock.GetUtcNow().ToMicros(),
                },
                transaction,
                cancellationToken: cancel)),
            cancel);

        return await Of(wanted.Account, cancel) is { } stored && stored.Address == wanted.Address
            ? stored
            : throw new InvalidOperationException(
                $"{wanted.Account} has another deposit address than its seed gives: Deposits:AddressSeedFile changed.");
    }

    public async Task<StandingAddress?> Of(AccountId account, CancellationToken cancel = default) =>
        await Read("WHERE account = @account", new { account = account.Value }, cancel) is [var row] ? row : null;

    /// <summary>The one with this wallet, or null: the wallet is none of ours.</summary>
    public async Task<StandingAddress?> ByAddress(string address, CancellationToken cancel = default) =>
        await Read("WHERE address = @address", new { address }, cancel) is [var row] ? row : null;

    /// <summary>The next ones after a number, in the order in which they were opened.</summary>
    public Task<IReadOnlyList<StandingAddress>> After(long number, int limit, CancellationToken cancel = default) =>
        Read(
            $"WHERE seq > @number ORDER BY seq LIMIT {Math.Clamp(limit, 1, RowsMax)}", new { number }, cancel);

    private async Task<IReadOnlyList<StandingAddress>> Read(string where, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<AddressRow>(
            new($"SELECT {Columns} FROM deposit_address {where}", values, cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new StandingAddress(AccountId.Parse(row.Account), row.Address, row.TokenAccount)
            {
                Number = row.Seq,
                CreatedAt = row.AtUs.ToTime(),
            }),
        ];
    }

    private sealed record AddressRow(long Seq, string Account, string Address, string TokenAccount, long AtUs);
}
