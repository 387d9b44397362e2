using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>What a second verifier has measured.</summary>
/// <param name="Positions">As <see cref="MeasuredPosition.Encode"/> writes them.</param>
/// <param name="Result">Their hash with the device's signature, checked.</param>
[GenerateSerializer, Immutable, Alias("AuditDelivery")]
public sealed record AuditDelivery([property: Id(0)] byte[] Positions, [property: Id(1)] SignedResult Result);
