using System.Data.Common;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Adds every account up again, posting by posting in the order of its versions: the running sum is what each posting
/// says, the versions have no gap, and the end is the account's balance; over all accounts an asset sums to zero. One
/// pass, and no more in memory than one account.
/// </summary>
internal sealed class AccountCheck
{
    private const string Query =
        """
        SELECT account.id, account.balance, account.version, posting.amount, posting.balance_after,
          posting.version_after, account.name, account.asset
        FROM account LEFT JOIN posting ON posting.account_id = account.id
        ORDER BY account.id, posting.version_after
        """;

    private readonly List<string> _findings = [];
    private readonly Dictionary<string, (Int128 Balances, Int128 Postings)> _sums = new(StringComparer.Ordinal);
    private Account _account = new(0, 0, 0, string.Empty, string.Empty);
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
        await using var command = connection.CreateCommand();
        command.CommandText = Query;
        command.CommandTimeout = 0;

        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                check.Read(reader);
            }
        }

        check.End();
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

    private void Read(DbDataReader row)
    {
        if (row.GetInt64(0) != _account.Id)
        {
            End();
            _account = new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetString(6), row.GetString(7));
            (_total, _version, _isBroken) = (0, 0, false);
        }

        if (row.IsDBNull(3))
        {
            return;
        }

        _total += row.GetInt64(3);
        _version++;

        if (!_isBroken && (row.GetInt64(4) != _total || row.GetInt64(5) != _version))
        {
            Find($"posting {_version} leaves {row.GetInt64(4)}, the running sum is {_total}");
        }
    }

    private void End()
    {
        if (_account.Id == 0)
        {
            return;
        }

        var (balances, postings) = _sums.GetValueOrDefault(_account.Asset);
        _sums[_account.Asset] = (balances + _account.Balance, postings + _total);

        if (!_isBroken && (_account.Balance != _total || _account.Version != _version))
        {
            Find($"balance {_account.Balance} at version {_account.Version}, postings {_total} at {_version}");
        }
    }

    /// <summary>The first break of an account explains the others; there may be many accounts.</summary>
    private void Find(string what)
    {
        _isBroken = true;

        if (_findings.Count < InvariantResult.FindingsMax)
        {
            _findings.Add($"{_account.Name}: {what}");
        }
    }

    private sealed record Account(long Id, long Balance, long Version, string Name, string Asset);
}
