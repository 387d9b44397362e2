using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;

namespace Marketplace.Domain.Renders;

/// <summary>What one provider gets charged for, floored once.</summary>
[GenerateSerializer, Immutable, Alias("RenderCharge")]
public sealed record RenderCharge([property: Id(0)] ProviderId Provider, [property: Id(1)] Usdc Amount);
