using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Marketplace.Ledger;

/// <summary>Reads journals in the order of their numbers, one at a time, however many there are.</summary>
internal static class JournalStream
{
    /// <summary>The journals above one number and up to another.</summary>
    public static async IAsyncEnumerable<StoredJournal> Read(
        DbConnection connection, long after, long upTo, [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT command.seq, command.at_us, command.key, command.kind, account.name, posting.amount
            FROM command JOIN posting ON posting.seq = command.seq JOIN account ON account.id = posting.account_id
            WHERE command.seq > @after AND command.seq <= @upto ORDER BY command.seq, posting.leg
            """;
        Set(command, "after", after);
        Set(command, "upto", upTo);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        (long Sequence, long At, string Key, string Kind)? head = null;
        var postings = new List<StoredPosting>();

        while (await reader.ReadAsync(cancel))
        {
            var sequence = reader.GetInt64(0);

            if (head is { } done && done.Sequence != sequence)
            {
                yield return new(done.Sequence, done.At, done.Key, done.Kind, postings);
                postings = [];
                head = null;
            }

            head ??= (sequence, reader.GetInt64(1), reader.GetString(2), reader.GetString(3));
            postings.Add(new(reader.GetString(4), reader.GetInt64(5)));
        }

        if (head is { } last)
        {
            yield return new(last.Sequence, last.At, last.Key, last.Kind, postings);
        }
    }

    private static void Set(DbCommand command, string name, long value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }
}
