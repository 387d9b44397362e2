using Marketplace.Domain;
using Marketplace.Domain.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Payouts;

/// <summary>What a lane works with.</summary>
internal sealed record LaneSetting
{
    /// <summary>Also the seed of its nonce account.</summary>
    public required string Lane { get; init; }

    /// <summary>Names this worker: another one cannot write while this one holds the lane.</summary>
    public required string Holder { get; init; }

    public required PayoutChunks Chunks { get; init; }

    public required IBook Book { get; init; }

    /// <summary>Remembers the transaction that opens the lane's accounts.</summary>
    public required DepositRows Cursors { get; init; }

    public required IPayoutDesk Desk { get; init; }

    public required PayoutOptions Options { get; init; }

    public required TimeProvider Clock { get; init; }

    public required ICheckpoint Checkpoint { get; init; }

    public required Func<ChunkId> NewChunk { get; init; }
}
