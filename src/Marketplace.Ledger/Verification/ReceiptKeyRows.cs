using Dapper;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger.Verification;

/// <summary>Every public key that receipts were ever signed with: a key is added and never taken away.</summary>
public sealed class ReceiptKeyRows(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Most keys of a list.</summary>
    public const int KeysMax = 1_000;

    /// <summary>Adds a key; again is harmless.</summary>
    public Task Add(byte[] publicKey, CancellationToken cancel = default) => database.Write(
        (connection, transaction) => connection.ExecuteAsync(new(
            """
            INSERT INTO receipt_key(id, public_key, at_us) VALUES (@id, @publicKey, @now) ON CONFLICT DO NOTHING
            """,
            new { id = ReceiptKey.IdOf(publicKey), publicKey, now = clock.GetUtcNow().ToMicros() },
            transaction,
            cancellationToken: cancel)),
        cancel);

    /// <summary>All keys, oldest first.</summary>
    /// <param name="current">Id of the key that signs now.</param>
    public async Task<IReadOnlyList<ReceiptKey>> List(string current, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Row>(new(
            $"SELECT id, public_key AS PublicKey, at_us AS AtUs FROM receipt_key ORDER BY at_us, id LIMIT {KeysMax}",
            cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new ReceiptKey(
                row.Id, Convert.ToBase64String(row.PublicKey), row.AtUs.ToTime(), row.Id == current)),
        ];
    }

    private sealed record Row(string Id, byte[] PublicKey, long AtUs);
}
