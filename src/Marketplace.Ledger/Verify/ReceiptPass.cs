using System.Data.Common;
using System.Text;
using Dapper;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Reads every receipt once, in the order of their chain, with its signature, its charge and what was set aside for its
/// work. Pages are judged off the reading thread, since signatures cost more than all else.
/// </summary>
internal static class ReceiptPass
{
    /// <summary>Invariant 15: the chain of receipts.</summary>
    public const string ChainId = "15b";

    private const string ChainStatement = "the receipt chain is unbroken";

    private const int PageSize = 1_000;

    /// <summary>Pages that are being judged while the next is read.</summary>
    private const int PagesAtOnce = 4;

    private const string Query =
        """
        SELECT receipt.seq, receipt.prev_hash, receipt.hash, receipt.id, receipt.work, receipt.provider, receipt.body,
          receipt_signature.key_id, receipt_signature.signature, posting.amount, CAST((
            SELECT SUM(fund.amount) FROM posting AS fund
            WHERE fund.account_id = posting.account_id AND fund.amount < 0) AS BIGINT)
        FROM (SELECT * FROM receipt WHERE seq > @after ORDER BY seq LIMIT @limit) AS receipt
        LEFT JOIN receipt_signature ON receipt_signature.seq = receipt.seq
        LEFT JOIN command AS single ON single.key = 'charge:' || receipt.work
        LEFT JOIN command AS share ON share.key = 'charge:' || receipt.work || ':' || receipt.provider
        LEFT JOIN posting ON posting.seq = COALESCE(share.seq, single.seq) AND posting.amount > 0
        ORDER BY receipt.seq
        """;

    private const string Unexplained =
        """
        SELECT bare.key || ' has no receipt' FROM (
          SELECT key FROM command WHERE kind = 'charge'
            AND (key LIKE 'charge:job!_%' ESCAPE '!' OR key LIKE 'charge:rnd!_%' ESCAPE '!')
          EXCEPT SELECT 'charge:' || work FROM receipt
          EXCEPT SELECT 'charge:' || work || ':' || provider FROM receipt) AS bare
        """;

    /// <summary>Invariants 10 and 15b.</summary>
    public static async Task<IReadOnlyList<InvariantResult>> Run(
        DbConnection connection, SignatureCheck? signatures, CancellationToken cancel)
    {
        var keys = await Keys(connection, cancel);
        var devices = await EnrolledDevices.Read(connection, cancel);
        var (bills, signed, chain) = (new List<string>(), new List<string>(), new List<string>());
        var pending = new Queue<Task<ReceiptFindings>>(PagesAtOnce);
        var check = signatures is null ? null : new ReceiptCheck(keys, signatures);
        var (head, work) = (ChainHead.Start, WorkCharged.None);

        while (await Page(connection, head.Sequence, cancel) is { Count: > 0 } page)
        {
            if (pending.Count == PagesAtOnce)
            {
                Take(await pending.Dequeue());
            }

            var (from, before) = (head, work);
            pending.Enqueue(Task.Run(() => ReceiptJudge.Judge(page, from, before, check, devices), cancel));
            head = new(page[^1].Sequence, page[^1].Hash);
            work = WorkCharged.After(before, page);
        }

        while (pending.TryDequeue(out var judged))
        {
            Take(await judged);
        }

        bills.AddRange(await connection.QueryAsync<string>(new(
            $"{Unexplained} LIMIT {InvariantResult.FindingsMax}", commandTimeout: 0, cancellationToken: cancel)));
        var stored = await AuditLog.Head(connection, null, "receipt", string.Empty, cancel);

        if (chain.Count == 0 && (stored.Sequence != head.Sequence || !stored.Hash.AsSpan().SequenceEqual(head.Hash)))
        {
            chain.Add($"the receipt chain ends at {head.Sequence}, its head says {stored.Sequence}");
        }

        return
        [
            InvariantResult.From(ReceiptJudge.BillId, ReceiptJudge.BillStatement, bills),
            check is null
                ? new(
                    ReceiptJudge.SignedId,
                    ReceiptJudge.SignedStatement,
                    Standing.NotChecked,
                    ["nothing was given to check signatures with"])
                : InvariantResult.From(ReceiptJudge.SignedId, ReceiptJudge.SignedStatement, signed),
            InvariantResult.From(ChainId, ChainStatement, chain),
        ];

        void Take(ReceiptFindings found)
        {
            Add(bills, found.Bills);
            Add(signed, found.Signatures);
            Add(chain, found.Chain);
        }
    }

    private static void Add(List<string> findings, IReadOnlyList<string> more)
    {
        if (findings.Count < InvariantResult.FindingsMax)
        {
            findings.AddRange(more);
        }
    }

    private static async Task<List<ReceiptLine>> Page(DbConnection connection, long after, CancellationToken cancel)
    {
        var page = new List<ReceiptLine>(PageSize);
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
            Query, new { after, limit = PageSize }, commandTimeout: 0, cancellationToken: cancel));

        while (await reader.ReadAsync(cancel))
        {
            // A charge that takes from two escrows is told by another invariant.
            if (page.Count == 0 || page[^1].Sequence != reader.GetInt64(0))
            {
                page.Add(Read(reader));
            }
        }

        return page;
    }

    private static ReceiptLine Read(DbDataReader row) => new(
        row.GetInt64(0),
        row.GetFieldValue<byte[]>(1),
        row.GetFieldValue<byte[]>(2),
        row.GetString(3),
        row.GetString(4),
        row.GetString(5),
        Encoding.UTF8.GetBytes(row.GetString(6)),
        row.IsDBNull(7) ? null : new(row.GetString(7), row.GetString(8)),
        row.IsDBNull(9) ? null : row.GetInt64(9),
        row.IsDBNull(10) ? 0 : -row.GetInt64(10));

    private static async Task<ReceiptKeys> Keys(DbConnection connection, CancellationToken cancel)
    {
        var keys = await connection.QueryAsync<byte[]>(new(
            "SELECT public_key FROM receipt_key ORDER BY at_us, id", cancellationToken: cancel));

        return new(
            [
                .. keys.Select(key => new ReceiptKey(
                    ReceiptKey.IdOf(key), Convert.ToBase64String(key), DateTimeOffset.UnixEpoch, Current: false)),
            ],
            []);
    }
}
