using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Renders;

/// <summary>What an attempt has bound itself to before it shows its leaves.</summary>
/// <param name="Sha256">Hash of its sums.</param>
/// <param name="Draw">How it was drawn, with the root of its leaves.</param>
[GenerateSerializer, Alias("CommittedUnit")]
internal sealed record CommittedUnit(
    [property: Id(0)] string Sha256, [property: Id(1)] AuditDraw Draw);
