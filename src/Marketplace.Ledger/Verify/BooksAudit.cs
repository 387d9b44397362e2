using System.Data.Common;
using Dapper;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Checks the books against everything that must always be true of them, in one read of one state. It never repairs.
/// </summary>
public sealed class BooksAudit(LedgerDatabase database, TimeProvider clock)
{
    /// <summary>Checks all; without evidence of the chain the invariant about it is not checked.</summary>
    public async Task<BooksReport> Verify(ChainEvidence? chain = null, CancellationToken cancel = default)
    {
        await using var connection = await database.Source.OpenConnectionAsync(cancel);
        await database.Dialect.BeginSnapshot(connection, cancel);

        try
        {
            var results = new List<InvariantResult>();

            foreach (var check in BookChecks.All)
            {
                results.Add(await Run(connection, check, cancel));
            }

            results.Add(await VerifyChain(connection, "15a", "audit", ChainText.Audit, cancel));
            results.Add(await VerifyChain(connection, "15b", "receipt", ChainText.Receipt, cancel));
            results.Add(await AgainstChain(connection, chain, cancel));

            return new(
                clock.GetUtcNow(),
                results,
                await Count(connection, "SELECT COUNT(*) FROM journal", cancel),
                await Count(connection, "SELECT COUNT(*) FROM account", cancel));
        }
        finally
        {
            await connection.ExecuteAsync(new CommandDefinition("ROLLBACK", cancellationToken: CancellationToken.None));
        }
    }

    private static Task<long> Count(DbConnection connection, string query, CancellationToken cancel) =>
        connection.ExecuteScalarAsync<long>(new(query, cancellationToken: cancel));

    private static async Task<InvariantResult> Run(DbConnection connection, BookCheck check, CancellationToken cancel)
    {
        var findings = new List<string>();

        foreach (var query in check.Queries)
        {
            findings.AddRange(await connection.QueryAsync<string>(
                new($"{query} LIMIT {InvariantResult.FindingsMax}", cancellationToken: cancel)));
        }

        return Result(check.Id, check.Statement, findings);
    }

    private static InvariantResult Result(string id, string statement, List<string> findings) => new(
        id,
        statement,
        findings.Count == 0 ? Standing.Holds : Standing.Broken,
        [.. findings.Take(InvariantResult.FindingsMax)]);

    private static async Task<InvariantResult> VerifyChain(
        DbConnection connection, string id, string chain, ChainText text, CancellationToken cancel)
    {
        var findings = new List<string>();
        var head = ChainHead.Start;
        await using var command = connection.CreateCommand();
        command.CommandText = text.Query;

        await using (var reader = await command.ExecuteReaderAsync(cancel))
        {
            while (await reader.ReadAsync(cancel))
            {
                var next = head.Append(text.Read(reader));
                var isRight = reader.GetInt64(0) == next.Sequence
                    && reader.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(head.Hash)
                    && reader.GetFieldValue<byte[]>(2).AsSpan().SequenceEqual(next.Hash);

                if (!isRight)
                {
                    findings.Add($"{chain} {reader.GetInt64(0)} does not follow from what stands before it");
                    break;
                }

                head = next;
            }
        }

        var stored = await AuditLog.Head(connection, null, chain, string.Empty, cancel);

        if (findings.Count == 0 && (stored.Sequence != head.Sequence || !stored.Hash.AsSpan().SequenceEqual(head.Hash)))
        {
            findings.Add($"the {chain} chain ends at {head.Sequence}, its head says {stored.Sequence}");
        }

        return Result(id, $"the {chain} chain is unbroken", findings);
    }

    private static async Task<InvariantResult> AgainstChain(
        DbConnection connection, ChainEvidence? chain, CancellationToken cancel)
    {
        const string Id = "7";
        const string Statement = "each transfer out of the treasury is one payout, and back; the balances agree";

        if (chain is null)
        {
            return new(Id, Statement, Standing.NotChecked, ["no view of the chain was given"]);
        }

        var rows = await connection.QueryAsync<PaidRow>(new(
            """
            SELECT chunk.signature AS Signature, chunk_payout.wallet AS Wallet, chunk_payout.amount AS Amount
            FROM chunk JOIN chunk_payout ON chunk_payout.chunk_id = chunk.id WHERE chunk.state = @finalized
            """,
            new { finalized = (long)ChunkState.Finalized },
            cancellationToken: cancel));
        var left = rows.Select(row => new OutgoingTransfer(row.Signature, row.Wallet, Usdc.FromMicros(row.Amount)))
            .GroupBy(paid => paid)
            .ToDictionary(group => group.Key, group => group.Count());
        var findings = new List<string>();

        foreach (var transfer in chain.Outgoing)
        {
            if (left.GetValueOrDefault(transfer) == 0)
            {
                findings.Add($"{transfer.Signature} paid {transfer.Amount} to {transfer.Wallet}: no payout says so");
            }
            else
            {
                left[transfer]--;
            }
        }

        findings.AddRange(left.Where(pair => pair.Value > 0).Select(pair =>
            $"{pair.Key.Signature} paid {pair.Key.Amount} to {pair.Key.Wallet}: the chain has no such transfer"));

        var treasury = await connection.ExecuteScalarAsync<long?>(new(
            "SELECT balance FROM account WHERE name = @name",
            new { name = Chart.Treasury.Name },
            cancellationToken: cancel)) ?? 0;

        if (treasury != chain.TreasuryBalance.Micros)
        {
            findings.Add($"treasury: {chain.TreasuryBalance} on chain, {Usdc.FromMicros(treasury)} in the books");
        }

        return Result(Id, Statement, findings);
    }

    private sealed record PaidRow(string Signature, string Wallet, long Amount);
}
