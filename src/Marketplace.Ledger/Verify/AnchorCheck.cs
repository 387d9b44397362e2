using System.Data.Common;
using Dapper;
using Marketplace.Domain.Verification;
using Marketplace.Ledger.Verification;

namespace Marketplace.Ledger.Verify;

/// <summary>The root of each epoch whose anchor is final stands on the chain, in a memo that we paid for.</summary>
internal static class AnchorCheck
{
    public const string Id = "anchors";

    public const string Statement = "the root of each anchored epoch stands on the chain";

    public static async Task<IReadOnlyCollection<string>> Run(
        DbConnection connection, ChainEvidence chain, CancellationToken cancel)
    {
        var told = chain.Anchors.ToDictionary(anchor => anchor.Signature, StringComparer.Ordinal);
        var rows = await connection.QueryAsync<AnchorRow>(new(
            """
            SELECT epoch.number AS Number, epoch.first_seq AS First, epoch.last_seq AS Last, epoch.root AS Root,
              epoch_anchor.signature AS Signature, epoch_anchor.signer AS Signer
            FROM epoch_anchor JOIN epoch ON epoch.number = epoch_anchor.epoch
            WHERE epoch_anchor.state = @final ORDER BY epoch.number
            """,
            new { final = StoredAnchor.Final },
            cancellationToken: cancel));

        // One that became final after the chain was read is not in the evidence: the next audit looks at it.
        return [.. rows.Where(row => told.ContainsKey(row.Signature)).Select(row => WhyWrong(row, told[row.Signature]))
            .OfType<string>()];
    }

    private static string? WhyWrong(AnchorRow row, AnchorEvidence told)
    {
        var memo = new EpochHead(row.Number, row.First, row.Last - row.First + 1, row.Root, string.Empty).Memo;
        var epoch = $"epoch {row.Number}, {row.Signature}";

        return told switch
        {
            { Memo: null } => $"{epoch}: the chain has finalized no such transaction",
            _ when told.Memo != memo => $"{epoch}: its memo on the chain is '{told.Memo}', and should be '{memo}'",
            _ when told.Signer != row.Signer => $"{epoch}: {told.Signer} paid for it, and not {row.Signer}",
            _ => null,
        };
    }

    private sealed record AnchorRow(
        long Number, long First, long Last, string Root, string Signature, string Signer);
}
