using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Reads every command once, in the order of its number, with seal and postings, and shows it to each check that asks
/// about single journals: the books are large, and each reading of them costs as much as all checks together.
/// </summary>
internal static class JournalPass
{
    private const int LegsUsual = 4;

    private const string Query =
        """
        SELECT command.seq, command.at_us, command.key, command.kind, journal.legs, posting.amount, account.name,
          account.asset
        FROM command LEFT JOIN journal ON journal.seq = command.seq LEFT JOIN posting ON posting.seq = command.seq
        LEFT JOIN account ON account.id = posting.account_id
        ORDER BY command.seq, posting.leg
        """;

    public static async Task Run(
        DbConnection connection, IReadOnlyList<IJournalCheck> checks, CancellationToken cancel)
    {
        await foreach (var line in Read(connection, cancel))
        {
            foreach (var check in checks)
            {
                check.See(line);
            }
        }
    }

    private static async IAsyncEnumerable<JournalLine> Read(
        DbConnection connection, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = Query;
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        JournalLine? line = null;
        List<StoredPosting> postings = [];
        List<string> assets = [];

        while (await reader.ReadAsync(cancel))
        {
            if (line is null || line.Journal.Sequence != reader.GetInt64(0))
            {
                if (line is not null)
                {
                    yield return line;
                }

                (postings, assets) = (new(LegsUsual), new(LegsUsual));
                line = new(
                    new(reader.GetInt64(0), reader.GetInt64(1), reader.GetString(2), reader.GetString(3), postings),
                    assets,
                    reader.IsDBNull(4) ? null : reader.GetInt64(4));
            }

            if (!reader.IsDBNull(5))
            {
                postings.Add(new(reader.GetString(6), reader.GetInt64(5)));
                assets.Add(reader.GetString(7));
            }
        }

        if (line is not null)
        {
            yield return line;
        }
    }
}
