using System.Data.Common;
using Dapper;
using Marketplace.Domain.Verification;
using Marketplace.Ledger.Verification;

namespace Marketplace.Ledger.Verify;

/// <summary>
/// Makes the root of every epoch again from the receipts in it, and compares it with what the epoch and the memo of its
/// anchor say; the marketplace has signed its head. One epoch is in memory at a time.
/// </summary>
internal static class EpochCheck
{
    public const string Id = "epochs";

    public const string Statement = "each epoch's root is that of its receipts, and its memo says so";

    private const int SignatureBytes = 64;

    private const string Epochs =
        """
        SELECT epoch.number AS Number, epoch.first_seq AS First, epoch.last_seq AS Last, epoch.root AS Root,
          epoch.closed_us AS ClosedUs, epoch.signature AS Signature, receipt_key.public_key AS PublicKey,
          epoch_anchor.memo AS Memo
        FROM epoch LEFT JOIN receipt_key ON receipt_key.id = epoch.key_id
        LEFT JOIN epoch_anchor ON epoch_anchor.epoch = epoch.number AND epoch_anchor.state <> 'dead'
        ORDER BY epoch.number
        """;

    public static async Task<InvariantResult> Run(
        DbConnection connection, SignatureCheck? signatures, CancellationToken cancel)
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

            if ((WhyWrong(epoch, hashes) ?? WhyUnsigned(epoch, signatures)) is { } why)
            {
                findings.Add($"epoch {epoch.Number}: {why}");
            }
        }

        return InvariantResult.From(Id, Statement, findings);
    }

    private static string? WhyUnsigned(EpochRow epoch, SignatureCheck? signatures)
    {
        if (signatures is null)
        {
            return null;
        }

        var size = epoch.Last - epoch.First + 1;
        var head = new EpochHead(
            epoch.Number, epoch.First, size, epoch.Root, EpochRows.Text(epoch.ClosedUs));
        var signature = new byte[SignatureBytes];

        return epoch.PublicKey is { } key
            && Convert.TryFromBase64String(epoch.Signature, signature, out var length) && length == SignatureBytes
            && signatures(key, SignedText.Epoch(head.Text()), signature)
                ? null
                : "its head is not signed by a key of the marketplace";
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

        public long ClosedUs { get; set; }

        public string Signature { get; set; } = string.Empty;

        public byte[]? PublicKey { get; set; }

        public string? Memo { get; set; }
    }
}
