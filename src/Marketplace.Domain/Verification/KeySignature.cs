namespace Marketplace.Domain.Verification;

/// <summary>A signature by one of the marketplace's receipt keys.</summary>
/// <param name="Key">Which key; see <see cref="ReceiptKey"/>.</param>
/// <param name="Signature">Base64 of the Ed25519 signature, 64 bytes.</param>
[GenerateSerializer, Immutable, Alias("KeySignature")]
public sealed record KeySignature([property: Id(0)] string Key, [property: Id(1)] string Signature);
