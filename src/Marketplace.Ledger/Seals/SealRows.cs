using System.Data.Common;
using Dapper;

namespace Marketplace.Ledger.Seals;

/// <summary>The seals as they stand in the database.</summary>
internal static class SealRows
{
    private const string Columns =
        "block AS Block, first_seq AS FirstSeq, last_seq AS LastSeq, journals AS Journals, prev_hash AS PrevHash, "
        + "hash AS Hash, at_us AS AtUs";

    public static async Task<Seal?> Last(DbConnection connection, CancellationToken cancel) =>
        await connection.QuerySingleOrDefaultAsync<Row>(new(
            $"SELECT {Columns} FROM seal ORDER BY block DESC LIMIT 1", cancellationToken: cancel)) is { } row
            ? row.ToSeal()
            : null;

    /// <summary>Seals above a block, in order.</summary>
    public static async Task<IReadOnlyList<Seal>> After(
        DbConnection connection, long block, int limit, CancellationToken cancel)
    {
        var rows = await connection.QueryAsync<Row>(new(
            $"SELECT {Columns} FROM seal WHERE block > @block ORDER BY block LIMIT @limit",
            new { block, limit },
            cancellationToken: cancel));

        return [.. rows.Select(row => row.ToSeal())];
    }

    /// <summary>False when another process has sealed this block.</summary>
    public static async Task<bool> Insert(
        DbConnection connection, DbTransaction transaction, Seal seal, CancellationToken cancel) =>
        await connection.ExecuteAsync(new(
            """
            INSERT INTO seal(block, first_seq, last_seq, journals, prev_hash, hash, at_us)
            VALUES (@Block, @FirstSequence, @LastSequence, @Journals, @previous, @hash, @at) ON CONFLICT DO NOTHING
            """,
            new
            {
                seal.Block,
                seal.FirstSequence,
                seal.LastSequence,
                seal.Journals,
                previous = Convert.FromHexString(seal.PreviousHash),
                hash = Convert.FromHexString(seal.Hash),
                at = seal.At.ToMicros(),
            },
            transaction,
            cancellationToken: cancel)) == 1;

    private sealed record Row(
        long Block, long FirstSeq, long LastSeq, long Journals, byte[] PrevHash, byte[] Hash, long AtUs)
    {
        public Seal ToSeal() => new(
            Block,
            FirstSeq,
            LastSeq,
            Journals,
            Convert.ToHexStringLower(PrevHash),
            Convert.ToHexStringLower(Hash),
            AtUs.ToTime());
    }
}
