namespace Marketplace.Domain.Verification;

/// <summary>
/// A closed run of receipts: the Merkle root over their chain hashes. Signed by the marketplace, and put on chain as
/// the memo of a transaction.
/// </summary>
/// <param name="Number">1 for the first epoch.</param>
/// <param name="First">Place of its first receipt in the chain of receipts.</param>
/// <param name="Size">Receipts in it.</param>
/// <param name="Root">Lower-case hex of the root.</param>
/// <param name="ClosedAt">RFC 3339, UTC.</param>
public sealed record EpochHead(long Number, long First, long Size, string Root, string ClosedAt)
{
    /// <summary>What stands in the memo: neither an id nor a name, only that these receipts exist.</summary>
    public string Memo => $"mkt-epoch-v1:{Number}:{First}:{Size}:{Root}";

    /// <summary>The canonical JSON that the marketplace signs.</summary>
    public string Text() => CanonicalJson.Write(new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["closedAt"] = CanonicalJson.Write(ClosedAt),
        ["first"] = CanonicalJson.Write(First),
        ["number"] = CanonicalJson.Write(Number),
        ["root"] = CanonicalJson.Write(Root),
        ["size"] = CanonicalJson.Write(Size),
    });
}
