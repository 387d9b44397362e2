namespace Marketplace.Domain.Verification;

/// <summary>An address that has put roots of receipts on a chain.</summary>
/// <param name="Genesis">The chain, by its genesis hash in base58.</param>
/// <param name="Signer">Base58 of the address that signed.</param>
[GenerateSerializer, Immutable, Alias("ReceiptAnchor")]
public sealed record ReceiptAnchor([property: Id(0)] string Genesis, [property: Id(1)] string Signer);
