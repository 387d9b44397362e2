namespace Marketplace.Ledger.Payouts;

/// <summary>Where a chunk stands. Up to <see cref="Landed"/> it is live: its payouts are in no other chunk.</summary>
public enum ChunkState
{
    /// <summary>Holds and row written.</summary>
    Planned = 0,

    /// <summary>Bytes stored, never sent.</summary>
    Signed = 1,

    /// <summary>The chain may or may not have it.</summary>
    Sent = 2,

    /// <summary>Seen processed or confirmed; it may still vanish in a fork.</summary>
    Landed = 3,

    /// <summary>Paid, and posted in the books.</summary>
    Finalized = 4,

    /// <summary>Finalized with an error: the network fee is lost, nothing was paid.</summary>
    FailedOnChain = 5,

    /// <summary>Proved never to land: nothing was paid.</summary>
    Dead = 6,
}
