using System.Data.Common;
using Dapper;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Adds every account up again, posting by posting in the order of its versions: the running sum is what each posting
/// says, the versions have no gap, and the end is the account's balance; over all accounts an asset sums to zero. One
/// pass, and no more in memory than a page of accounts: joined by the database each posting would carry its account.
/// </summary>
internal sealed class AccountCheck
{
    private const int PageSize = 20_000;

    private const string Accounts =
        """
        SELECT id AS Id, balance AS Balance, version AS Version, name AS Name, asset AS Asset FROM account
        WHERE id > @after ORDER BY id LIMIT @limit
        """;

    private const string Postings =
        """
        SELECT account_id, amount, balance_after, version_after FROM posting
        WHERE account_id > @after AND account_id <= @last ORDER BY account_id, version_after
        """;

    private readonly List<string> _findings = [];
    private readonly Dictionary<string, (Int128 Balances, Int128 Postings)> _sums = new(StringComparer.Ordinal);
    private long _total;
    private long _version;
    private bool _isBroken;

    private AccountCheck()
    {
    }

    /// <summary>Invariants 1 and 3.</summary>
    public static async Task<IReadOnlyList<InvariantResult>> Run(DbConnection connection, CancellationToken cancel)
    {
        var check = new AccountCheck();
        var after = 0L;
        List<Account> page;

        do
        {
            page = (await connection.QueryAsync<Account>(new(
                Accounts, new { after, limit = PageSize }, commandTimeout: 0, cancellationToken: cancel))).AsList();

            if (page.Count > 0)
            {
                await check.Read(connection, page, after, cancel);
                after = page[^1].Id;
            }
        }
        while (page.Count == PageSize);

        var unequal = check._sums
            .Where(sum => sum.Value.Balances != 0)
            .Select(sum => $"{sum.Key}: balances sum to {sum.Value.Balances}")
            .Concat(check._sums
                .Where(sum => sum.Value.Postings != 0)
                .Select(sum => $"{sum.Key}: postings sum to {sum.Value.Postings}"))
            .ToArray();

        return
        [
            InvariantResult.From("1", "every asset sums to zero", unequal),
            InvariantResult.From("3", "every balance is the sum of its postings, without a gap", check._findings),
        ];
    }

    /// <summary>Two streams in the order of the accounts go side by side.</summary>
    private async Task Read(DbConnection connection, List<Account> page, long after, CancellationToken cancel)
    {
        await using var reader = await connection.ExecuteReaderAsync(
            new CommandDefinition(
                Postings, new { after, last = page[^1].Id }, commandTimeout: 0, cancellationToken: cancel));
        var hasRow = await reader.ReadAsync(cancel);

        foreach (var account in page)
        {
            (_total, _version, _isBroken) = (0, 0, false);

            while (hasRow && reader.GetInt64(0) == account.Id)
            {
                Add(account, reader);
                hasRow = await reader.ReadAsync(cancel);
            }

            End(account);
        }

        if (hasRow)
        {
            Find(page[^1], $"postings of the account number {reader.GetInt64(0)}, which does not exist");
        }
    }

    private void Add(Account account, DbDataReader row)
    {
        _total += row.GetInt64(1);
        _version++;

        if (!_isBroken && (row.GetInt64(2) != _total || row.GetInt64(3) != _version))
        {
            Find(account, $"posting {_version} leaves {row.GetInt64(2)}, the running sum is {_total}");
        }
    }

    private void End(Account account)
    {
        var (balances, postings) = _sums.GetValueOrDefault(account.Asset);
        _sums[account.Asset] = (balances + account.Balance, postings + _total);

        if (!_isBroken && (account.Balance != _total || account.Version != _version))
        {
            Find(account, $"balance {account.Balance} at version {account.Version}, postings {_total} at {_version}");
        }
    }

    /// <summary>The first break of an account explains the others; there may be many accounts.</summary>
    private void Find(Account account, string what)
    {
        _isBroken = true;

        if (_findings.Count < InvariantResult.FindingsMax)
        {
            _findings.Add($"{account.Name}: {what}");
        }
    }

    private sealed record Account(long Id, long Balance, long Version, string Name, string Asset);
}
