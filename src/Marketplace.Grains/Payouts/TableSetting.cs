using Marketplace.Domain;
using Marketplace.Ledger.Payments;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Payouts;

/// <summary>What a keeper of lookup tables works with.</summary>
internal sealed record TableSetting
{
    public required DepositRows Deposits { get; init; }

    public required NetworkFees Fees { get; init; }

    /// <summary>Asked whether anything may be signed, and told when nothing may be any more.</summary>
    public required IPayoutDesk Desk { get; init; }

    public required PayoutOptions Options { get; init; }

    public required TimeProvider Clock { get; init; }

    public required ICheckpoint Checkpoint { get; init; }

    public required ILogger Log { get; init; }
}
