using System.Data.Common;
using Dapper;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger.Verification;

/// <summary>
/// The transactions that put roots of epochs on a chain: their bytes are stored before they are sent, and at most one
/// of an epoch is alive.
/// </summary>
public sealed class AnchorRows(LedgerDatabase database, TimeProvider clock)
{
    private const string Columns =
        "epoch, attempt, genesis, signer, memo, wire, signature, last_height AS LastHeight, state";

    /// <summary>The newest transaction of an epoch, whatever became of it.</summary>
    public async Task<StoredAnchor?> Last(long epoch, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        return await connection.QueryFirstOrDefaultAsync<StoredAnchor>(new(
            $"SELECT {Columns} FROM epoch_anchor WHERE epoch = @epoch ORDER BY attempt DESC LIMIT 1",
            new { epoch },
            cancellationToken: cancel));
    }

    /// <summary>Stores signed bytes; false when another process was first: then these are thrown away unsent.</summary>
    public async Task<bool> Store(StoredAnchor anchor, CancellationToken cancel = default)
    {
        try
        {
            await database.Write(
                (connection, transaction) => connection.ExecuteAsync(new(
                    """
                    INSERT INTO epoch_anchor(
                      epoch, attempt, genesis, signer, memo, wire, signature, last_height, state, at_us)
                    VALUES (@Epoch, @Attempt, @Genesis, @Signer, @Memo, @Wire, @Signature, @LastHeight, @State, @now)
                    """,
                    new
                    {
                        anchor.Epoch,
                        anchor.Attempt,
                        anchor.Genesis,
                        anchor.Signer,
                        anchor.Memo,
                        anchor.Wire,
                        anchor.Signature,
                        anchor.LastHeight,
                        State = StoredAnchor.Signed,
                        now = clock.GetUtcNow().ToMicros(),
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

    /// <summary>Says what became of a transaction. Again is harmless.</summary>
    public Task Settle(StoredAnchor anchor, string state, CancellationToken cancel = default) => database.Write(
        (connection, transaction) => connection.ExecuteAsync(new(
            """
            UPDATE epoch_anchor SET state = @state
            WHERE epoch = @Epoch AND attempt = @Attempt AND state = 'signed'
            """,
            new { state, anchor.Epoch, anchor.Attempt },
            transaction,
            cancellationToken: cancel)),
        cancel);

    /// <summary>Transactions that were given up and signed since a time, the newest first.</summary>
    public async Task<IReadOnlyList<StoredAnchor>> Dead(
        DateTimeOffset since, int most, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<StoredAnchor>(new(
            $"""
            SELECT {Columns} FROM epoch_anchor WHERE state = 'dead' AND at_us >= @since
            ORDER BY epoch DESC, attempt DESC LIMIT @most
            """,
            new { since = since.ToMicros(), most },
            cancellationToken: cancel));

        return rows.AsList();
    }

    /// <summary>Anchors that are final, of epochs after one, in order.</summary>
    public async Task<IReadOnlyList<StoredAnchor>> Final(long after, int most, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<StoredAnchor>(new(
            $"""
            SELECT {Columns} FROM epoch_anchor WHERE state = 'final' AND epoch > @after ORDER BY epoch LIMIT @most
            """,
            new { after, most },
            cancellationToken: cancel));

        return rows.AsList();
    }

    /// <summary>Every address that has signed, with its chain.</summary>
    public async Task<IReadOnlyList<ReceiptAnchor>> Signers(CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<ReceiptAnchor>(new(
            "SELECT DISTINCT genesis, signer FROM epoch_anchor ORDER BY genesis, signer", cancellationToken: cancel));

        return rows.AsList();
    }
}
