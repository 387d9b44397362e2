using Marketplace.Ledger.Payouts;

namespace Marketplace.Grains.Payouts;

/// <summary>The states of a payout as the provider sees them, and how they follow from the chunk it is in.</summary>
internal static class PayoutStanding
{
    /// <summary>Accepted; waits for a chunk.</summary>
    public const string Requested = "requested";

    /// <summary>Planned into a chunk.</summary>
    public const string Held = "held";

    public const string Signed = "signed";

    public const string Sent = "sent";

    /// <summary>Final on the chain and in the books.</summary>
    public const string Posted = "posted";

    /// <summary>Screening found something: people decide.</summary>
    public const string Review = "review";

    /// <summary>Ended without being paid: its money was given back or blocked.</summary>
    public const string Refused = "refused";

    /// <summary>Waits for a person.</summary>
    public const string Frozen = "frozen";

    /// <summary>What a payout looks like with this newest chunk of its own.</summary>
    public static PayoutState After(PayoutState payout, Chunk? newest)
    {
        if (newest is null || payout.Standing is Posted or Refused)
        {
            return payout;
        }

        var signature = newest.Signature ?? (newest.Attempts.Count > 0 ? newest.Attempts[^1].Signature : null);

        return newest.State switch
        {
            ChunkState.Planned => payout with { Standing = Held, Signature = null, Trouble = null },
            ChunkState.Signed => payout with { Standing = Signed, Signature = signature, Trouble = null },
            ChunkState.Sent or ChunkState.Landed =>
                payout with { Standing = Sent, Signature = signature, Trouble = null },
            ChunkState.Finalized => payout with
            {
                Standing = Posted,
                Signature = newest.Signature,
                Trouble = null,
                PaidAt = newest.EndedAt,
            },
            _ when payout.Standing is Frozen or Review => payout with { Signature = null },
            _ => payout with { Standing = Requested, Signature = null },
        };
    }
}
