using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;

namespace Marketplace.Grains.Renders;

/// <summary>How a render ends: what the books and the receipts will say follows from this and the shares.</summary>
[GenerateSerializer, Alias("RenderSettlement")]
internal sealed record RenderSettlement(
    [property: Id(0)] WorkState Final,
    [property: Id(1)] Ending? Ending,
    [property: Id(2)] IReadOnlyList<RenderCharge> Charges,
    [property: Id(3)] DateTimeOffset EndedAt)
{
    /// <summary>All charges together.</summary>
    public Usdc Total() => FrameBill.Total(Charges);
}
