using System.Data.Common;
using System.Globalization;
using Dapper;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger.Verification;

/// <summary>Epochs of receipts. Any number of processes may close them: the rows let one of them win.</summary>
public sealed class EpochRows(LedgerDatabase database, TimeProvider clock)
{
    private const string Columns =
        "number, first_seq AS First, last_seq AS Last, root, closed_us AS ClosedUs, key_id AS KeyId, signature";

    /// <summary>The receipts after the last epoch, at most so many; null when there are none.</summary>
    public async Task<OpenRun?> Open(int most, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var last = await connection.QuerySingleAsync<LastRow>(new(
            "SELECT COALESCE(MAX(number), 0) AS Number, COALESCE(MAX(last_seq), 0) AS Seq FROM epoch",
            cancellationToken: cancel));
        var rows = (await connection.QueryAsync<LinkRow>(new(
            "SELECT seq, hash, at_us AS AtUs FROM receipt WHERE seq > @after ORDER BY seq LIMIT @most",
            new { after = last.Seq, most = Math.Clamp(most, 1, MerkleTree.LeavesMax) },
            cancellationToken: cancel))).AsList();

        return rows.Count > 0
            ? new(last.Number + 1, rows[0].Seq, rows[0].AtUs.ToTime(), [.. rows.Select(row => row.Hash)])
            : null;
    }

    /// <summary>Now, as the head of an epoch writes it.</summary>
    public string Now() => Text(clock.GetUtcNow().ToMicros());

    /// <summary>Writes an epoch; false when another process has closed it.</summary>
    public async Task<bool> Close(EpochHead head, KeySignature signature, CancellationToken cancel = default)
    {
        try
        {
            await database.Write(
                (connection, transaction) => connection.ExecuteAsync(new(
                    """
                    INSERT INTO epoch(number, first_seq, last_seq, root, closed_us, key_id, signature)
                    VALUES (@Number, @First, @last, @Root, @closed, @Key, @Signature)
                    """,
                    new
                    {
                        head.Number,
                        head.First,
                        last = head.First + head.Size - 1,
                        head.Root,
                        closed = DateTimeOffset.Parse(head.ClosedAt, CultureInfo.InvariantCulture).ToMicros(),
                        signature.Key,
                        signature.Signature,
                    },
                    transaction,
                    cancellationToken: cancel)),
                cancel);

            return true;
        }
        catch (DbException refused) when (database.Dialect.IsRefusal(refused))
        {
            return false;
        }
    }

    /// <summary>The epoch that a place in the chain of receipts is in; null while it is open.</summary>
    public async Task<StoredEpoch?> Of(long sequence, CancellationToken cancel = default) => await Query(
        $"SELECT {Columns} FROM epoch WHERE last_seq >= @sequence ORDER BY last_seq LIMIT 1",
        new { sequence },
        cancel) is [var found] ? found : null;

    /// <summary>Epochs without a final anchor, oldest first.</summary>
    public Task<IReadOnlyList<StoredEpoch>> Unanchored(int most, CancellationToken cancel = default) => Query(
        $"""
        SELECT {Columns} FROM epoch WHERE NOT EXISTS(
          SELECT 1 FROM epoch_anchor WHERE epoch_anchor.epoch = epoch.number AND epoch_anchor.state = 'final')
        ORDER BY number LIMIT @most
        """,
        new { most },
        cancel);

    /// <summary>The chain hashes of an epoch's receipts, in order.</summary>
    public async Task<IReadOnlyList<byte[]>> Hashes(EpochHead head, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<byte[]>(new(
            "SELECT hash FROM receipt WHERE seq >= @First AND seq < @end ORDER BY seq",
            new { head.First, end = head.First + head.Size },
            cancellationToken: cancel));

        return rows.AsList();
    }

    /// <summary>A time as the head of an epoch writes it.</summary>
    internal static string Text(long micros) =>
        micros.ToTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private async Task<IReadOnlyList<StoredEpoch>> Query(string sql, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<EpochRow>(new(sql, values, cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new StoredEpoch(
                new(row.Number, row.First, row.Last - row.First + 1, row.Root, Text(row.ClosedUs)),
                new(row.KeyId, row.Signature))),
        ];
    }

    private sealed record LastRow(long Number, long Seq);

    private sealed record LinkRow(long Seq, byte[] Hash, long AtUs);

    private sealed record EpochRow(
        long Number, long First, long Last, string Root, long ClosedUs, string KeyId, string Signature);
}
