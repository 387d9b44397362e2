using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Abstractions.Renders;

/// <summary>A render as its renter sees it.</summary>
/// <param name="UnitsDone">Units that are in, and checked where they were drawn.</param>
/// <param name="Audits">How its units were checked; null where none was committed to.</param>
[GenerateSerializer, Immutable, Alias("RenderView")]
public sealed record RenderView(
    [property: Id(0)] RenderId Id,
    [property: Id(1)] AccountId Account,
    [property: Id(2)] RenderOrder Order,
    [property: Id(3)] WorkState State,
    [property: Id(4)] Ending? Ending,
    [property: Id(5)] int UnitsDone,
    [property: Id(6)] int Units,
    [property: Id(7)] IReadOnlyList<FrameView> Frames,
    [property: Id(8)] Usdc Reserved,
    [property: Id(9)] Usdc Charged,
    [property: Id(10)] IReadOnlyList<ReceiptId> Receipts,
    [property: Id(11)] DateTimeOffset CreatedAt,
    [property: Id(12)] DateTimeOffset? StartedAt,
    [property: Id(13)] DateTimeOffset? EndedAt,
    [property: Id(14)] BillView Bill,
    [property: Id(15)] DateTimeOffset? PausedAt,
    [property: Id(16)] DateTimeOffset Deadline,
    [property: Id(17)] UnitAudits? Audits = null);
