using Dapper;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger;

/// <summary>Reads receipts; they are written by <see cref="Entry.Receipts"/> with the journals they explain.</summary>
public sealed class ReceiptRows(LedgerDatabase database)
{
    /// <summary>Most receipts of one list.</summary>
    public const int RowsMax = 1_000;

    private const string Select =
        """
        SELECT receipt.seq, id, work, account, provider, body, prev_hash AS PreviousHash, hash, at_us AS AtUs,
          key_id AS KeyId, signature
        FROM receipt LEFT JOIN receipt_signature ON receipt_signature.seq = receipt.seq
        """;

    public async Task<StoredReceipt?> Find(ReceiptId receipt, CancellationToken cancel = default) =>
        await Query(
            $"{Select} WHERE id = @id",
            new { id = receipt.Value },
            cancel) is [var row] ? row : null;

    /// <summary>The receipts of one job or render.</summary>
    public Task<IReadOnlyList<StoredReceipt>> Of(string work, CancellationToken cancel = default) =>
        Query($"{Select} WHERE work = @work ORDER BY receipt.seq LIMIT {RowsMax}", new { work }, cancel);

    /// <summary>A customer's receipts, newest first.</summary>
    public Task<IReadOnlyList<StoredReceipt>> List(
        AccountId account, long? before, int limit, CancellationToken cancel = default) =>
        Query(
            $"""
            {Select} WHERE account = @account AND receipt.seq < @before ORDER BY receipt.seq DESC LIMIT @limit
            """,
            new { account = account.Value, before = before ?? long.MaxValue, limit = Math.Clamp(limit, 1, RowsMax) },
            cancel);

    private async Task<IReadOnlyList<StoredReceipt>> Query(string sql, object values, CancellationToken cancel)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        var rows = await connection.QueryAsync<Row>(new(sql, values, cancellationToken: cancel));

        return
        [
            .. rows.Select(row => new StoredReceipt(
                row.Seq,
                ReceiptId.Parse(row.Id),
                row.Work,
                AccountId.Parse(row.Account),
                ProviderId.Parse(row.Provider),
                row.Body,
                Convert.ToHexStringLower(row.PreviousHash),
                Convert.ToHexStringLower(row.Hash),
                row.AtUs.ToTime(),
                row.KeyId is null ? null : new(row.KeyId, row.Signature!))),
        ];
    }

    private sealed record Row(
        long Seq,
        string Id,
        string Work,
        string Account,
        string Provider,
        string Body,
        byte[] PreviousHash,
        byte[] Hash,
        long AtUs,
        string? KeyId,
        string? Signature);
}
