using System.Data.Common;

namespace Marketplace.Ledger.Verify;

/// <summary>Hashes the lines of a chain again, from its first to its head.</summary>
internal static class HashChainCheck
{
    public static async Task<InvariantResult> Run(
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

        return InvariantResult.From(id, $"the {chain} chain is unbroken", findings);
    }
}
