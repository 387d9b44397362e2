using Marketplace.Domain.Verification;

namespace Marketplace.Api.Verification;

/// <summary>What a reader of receipts trusts; whoever wants to be sure keeps a copy.</summary>
/// <param name="Keys">Every key that receipts were ever signed with, oldest first.</param>
/// <param name="Anchors">Addresses that have put roots of receipts on a chain.</param>
internal sealed record ReceiptKeysResponse(IReadOnlyList<ReceiptKey> Keys, IReadOnlyList<ReceiptAnchor> Anchors)
{
    public static ReceiptKeysResponse From(ReceiptKeys keys) => new(keys.Keys, keys.Anchors);
}
