using System.Data.Common;
using Dapper;
using Marketplace.Domain;

namespace Marketplace.Ledger.Seals;

/// <summary>
/// Seals blocks of journals and has them copied outside the database. Any number of processes may try: a block is
/// written once, and both would write the same.
/// </summary>
public sealed class Sealer(LedgerDatabase database, ICheckpoint checkpoint, TimeProvider clock)
{
    /// <summary>Blocks of one run.</summary>
    public const int BlocksMax = 64;

    /// <summary>Seals every block that is full or old enough, then copies what the folder lacks.</summary>
    /// <param name="journals">A block is full with so many.</param>
    /// <param name="after">A block that is not full is sealed when its first journal is so old.</param>
    /// <param name="copies">Where the copies go.</param>
    /// <param name="cancel">Ends the run between two blocks.</param>
    /// <returns>How many blocks were sealed.</returns>
    public async Task<int> Run(int journals, TimeSpan after, SealFolder copies, CancellationToken cancel = default)
    {
        var sealedNow = 0;

        while (sealedNow < BlocksMax && await Next(journals, after, cancel) is not null)
        {
            checkpoint.Reach(Checkpoints.SealWritten);
            sealedNow++;
        }

        await Copy(copies, cancel);
        return sealedNow;
    }

    /// <summary>Seals the next block; null when there is none to seal yet.</summary>
    internal async Task<Seal?> Next(int journals, TimeSpan after, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var last = await SealRows.Last(connection, cancel);
        var begin = last?.LastSequence ?? 0;
        var now = clock.GetUtcNow();
        var isFull = (await Sequences(connection, begin, long.MaxValue, journals, cancel)).Count == journals;

        if (!isFull && !await HasOld(connection, begin, now - after, cancel))
        {
            return null;
        }

        var final = await Final(cancel);
        var block = await Sequences(connection, begin, final, journals, cancel);

        if (block.Count == 0)
        {
            return null;
        }

        using var hash = new SealHash(last?.Hash ?? SealHash.Start);

        await foreach (var journal in JournalStream.Read(connection, begin, block[^1], cancel))
        {
            hash.Add(journal);
        }

        var seal = new Seal(
            (last?.Block ?? 0) + 1,
            hash.First,
            hash.Last,
            hash.Journals,
            last?.Hash ?? SealHash.Start,
            hash.Finish(),
            now);

        return await database.Write((own, transaction) => SealRows.Insert(own, transaction, seal, cancel), cancel)
            ? seal
            : null;
    }

    private static async Task<IReadOnlyList<long>> Sequences(
        DbConnection connection, long after, long upTo, int limit, CancellationToken cancel) =>
        [
            .. await connection.QueryAsync<long>(new(
                "SELECT seq FROM command WHERE seq > @after AND seq <= @upTo ORDER BY seq LIMIT @limit",
                new { after, upTo, limit },
                cancellationToken: cancel)),
        ];

    private static async Task<bool> HasOld(
        DbConnection connection, long after, DateTimeOffset before, CancellationToken cancel) =>
        await connection.ExecuteScalarAsync<long?>(new(
            "SELECT at_us FROM command WHERE seq > @after ORDER BY seq LIMIT 1",
            new { after },
            cancellationToken: cancel)) is { } at && at <= before.ToMicros();

    /// <summary>
    /// A number up to which no journal can still appear. Numbers are given before the commit, so where several write at
    /// once it takes a moment in which none of them is under way.
    /// </summary>
    private async Task<long> Final(CancellationToken cancel)
    {
        if (database.Dialect.LockJournals is not { } pause)
        {
            return long.MaxValue;
        }

        return await database.Write(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync(new(pause, transaction: transaction, cancellationToken: cancel));
                return await connection.ExecuteScalarAsync<long>(new(
                    "SELECT COALESCE(MAX(seq), 0) FROM command", transaction: transaction, cancellationToken: cancel));
            },
            cancel);
    }

    private async Task Copy(SealFolder copies, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);

        foreach (var seal in await SealRows.After(connection, copies.LastBlock(), BlocksMax, cancel))
        {
            await copies.Write(seal, cancel);
        }
    }
}
