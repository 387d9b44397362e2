using Marketplace.Domain.Payouts;

namespace Marketplace.Ledger.Payouts;

/// <summary>Several payouts that are one transaction on chain: all of them are paid or none.</summary>
/// <param name="Id">Also the memo on chain.</param>
/// <param name="Lane">The lane that works on it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Version">Goes up by one with every change.</param>
/// <param name="Payouts">In the order of the transfers.</param>
/// <param name="Attempts">In the order of their numbers.</param>
/// <param name="Signature">The attempt that landed, or null.</param>
/// <param name="Slot">Where it landed, or null.</param>
/// <param name="Note">Why it failed or how its death was proved.</param>
/// <param name="PlannedAt">When it was planned.</param>
/// <param name="EndedAt">When it became finalized, failed or dead.</param>
public sealed record Chunk(
    ChunkId Id,
    string Lane,
    ChunkState State,
    long Version,
    IReadOnlyList<ChunkPayout> Payouts,
    IReadOnlyList<SignedAttempt> Attempts,
    string? Signature,
    long? Slot,
    string? Note,
    DateTimeOffset PlannedAt,
    DateTimeOffset? EndedAt)
{
    /// <summary>Transfers that fit into one transaction with every address spelled out.</summary>
    public const int PayoutsMax = 15;

    /// <summary>
    /// Transfers that fit into one transaction when all of their accounts come from a lookup table; each that is
    /// spelled out instead takes the room of almost three.
    /// </summary>
    public const int LookedUpPayoutsMax = 44;

    /// <summary>False once nothing of it can happen any more.</summary>
    public bool IsLive => State <= ChunkState.Landed;
}
