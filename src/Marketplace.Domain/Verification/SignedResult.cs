using System.Text.Json.Serialization;
using Marketplace.Domain.Leases;

namespace Marketplace.Domain.Verification;

/// <summary>
/// What one attempt made, with the signature of the device over it. The text that is signed is
/// <see cref="SignedText.Result"/>.
/// </summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Output">Lower-case hex SHA-256 of the text in UTF-8, or of a unit's sums.</param>
/// <param name="Meter">What the device says it used; the receipt's own meter is what was billed.</param>
/// <param name="PublicKey">Base64 of the device's Ed25519 key, 32 bytes.</param>
/// <param name="Signature">Base64, 64 bytes.</param>
/// <param name="Logits">
/// Root of the device's <see cref="LogitCommitment"/>, lower-case hex; null where it made none.
/// </param>
/// <param name="Leaves">
/// Root over the leaves of a render unit (<see cref="UnitCommitment"/>), lower-case hex; null where there is none.
/// </param>
[GenerateSerializer, Immutable, Alias("SignedResult")]
public sealed record SignedResult(
    [property: Id(0)] AttemptId Attempt,
    [property: Id(1)] string Output,
    [property: Id(2)] IReadOnlyDictionary<string, long> Meter,
    [property: Id(3)] string PublicKey,
    [property: Id(4)] string Signature,
    [property: Id(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Logits = null,
    [property: Id(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Leaves = null);
