using System.Data.Common;
using Dapper;
using Marketplace.Domain.Verification;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Makes the root of every epoch again from the receipts in it, and compares it with what the epoch and the memo of its
/// anchor say. One epoch is in memory at a time.
/// </summary>
internal static class EpochCheck
{
    public const string Id = "epochs";

    public const string Statement = "each epoch's root is that of its receipts, and its memo says so";

    private const string Epochs =
        """
        SELECT epoch.number AS Number, epoch.first_seq AS First, epoch.last_seq AS Last, epoch.root AS Root,
          epoch_anchor.memo AS Memo
        FROM epoch LEFT JOIN epoch_anchor ON epoch_anchor.epoch = epoch.number AND epoch_anchor.state <> 'dead'
        ORDER BY epoch.number
        """;

    public static async Task<InvariantResult> Run(DbConnection connection, CancellationToken cancel)
    {
        var findings = new List<string>();
        var epochs = await connection.QueryAsync<EpochRow>(new(Epochs, cancellationToken: cancel));

        foreach (var epoch in epochs)
        {
            if (findings.Count >= InvariantResult.FindingsMax)
            {
                break;
            }

            var hashes = (await connection.QueryAsync<byte[]>(new(
                "SELECT hash FROM receipt WHERE seq >= @First AND seq <= @Last ORDER BY seq",
                epoch,
                cancellationToken: cancel))).AsList();

            if (WhyWrong(epoch, hashes) is { } why)
            {
                findings.Add($"epoch {epoch.Number}: {why}");
            }
        }

        return InvariantResult.From(Id, Statement, findings);
    }

    private static string? WhyWrong(EpochRow epoch, List<byte[]> hashes)
    {
        var size = epoch.Last - epoch.First + 1;

        if (hashes.Count != size)
        {
            return $"{hashes.Count} receipts where {size} were";
        }

        var root = Convert.ToHexStringLower(MerkleTree.Root(hashes));
        var memo = new EpochHead(epoch.Number, epoch.First, size, root, string.Empty).Memo;

        return root != epoch.Root ? $"its root is {epoch.Root}, that of its receipts {root}"
            : epoch.Memo is { } told && told != memo ? $"its memo is '{told}', and should be '{memo}'"
            : null;
    }

    private sealed class EpochRow
    {
        public long Number { get; set; }

        public long First { get; set; }

        public long Last { get; set; }

        public string Root { get; set; } = string.Empty;

        public string? Memo { get; set; }
    }
}
