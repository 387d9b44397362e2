namespace Marketplace.Domain;

/// <summary>
/// Names of all points between durable steps where a crash test may end the process. What must hold after each is in
/// <c>docs/reliability.md</c>; a test keeps the two lists the same.
/// </summary>
public static class Checkpoints
{
    /// <summary>
    /// Environment variable that names the point to crash at: <c>name:k</c>, or <c>@path</c> of a file that says so
    /// when the host runs already.
    /// </summary>
    public const string CrashAtKey = "MARKETPLACE_CRASH_AT";

    public const string JobAccepted = "job.accepted";
    public const string EscrowFunded = "escrow.funded";
    public const string LeaseAssigned = "lease.assigned";
    public const string LeaseDispatched = "lease.dispatched";
    public const string ResultStored = "result.stored";
    public const string ChargePosted = "charge.posted";
    public const string ReceiptSigned = "receipt.signed";
    public const string EscrowClosed = "escrow.closed";
    public const string HoldbackPosted = "holdback.posted";
    public const string AdvancePosted = "advance.posted";

    public const string InstantReserved = "instant.reserved";
    public const string PayoutRequested = "payout.requested";
    public const string PayoutScreened = "payout.screened";
    public const string ReviewDecided = "review.decided";
    public const string PayoutRefused = "payout.refused";
    public const string PayoutRow = "payout.row";
    public const string LaneOpened = "lane.opened";
    public const string ChunkPlanned = "chunk.planned";
    public const string ChunkSigning = "chunk.signing";
    public const string ChunkSigned = "chunk.signed";
    public const string ChunkSent = "chunk.sent";
    public const string ChunkFinalized = "chunk.finalized";
    public const string PayoutPosted = "payout.posted";

    public const string UsdcRefundRequested = "usdcrefund.requested";
    public const string UsdcRefundScreened = "usdcrefund.screened";
    public const string UsdcRefundRefused = "usdcrefund.refused";

    public const string DepositPosted = "deposit.posted";
    public const string SweepSent = "sweep.sent";
    public const string StripeEventStored = "stripe.event.stored";
    public const string TopUpStored = "topup.stored";
    public const string TopUpPosted = "topup.posted";
    public const string RefundRequested = "refund.requested";
    public const string RefundCalled = "refund.called";
    public const string DisputePosted = "dispute.posted";

    public const string AnchorSigned = "anchor.signed";
    public const string AnchorPosted = "anchor.posted";
    public const string SealWritten = "seal.written";

    public const string TablePlanned = "table.planned";
    public const string TableSigned = "table.signed";
    public const string TablePosted = "table.posted";

    public const string OutboxSent = "outbox.sent";

    public const string ProofDrawn = "proof.drawn";
    public const string ProofDecided = "proof.decided";

    /// <summary>Every name, in the order of the money's way.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        JobAccepted, EscrowFunded, LeaseAssigned, LeaseDispatched, ResultStored, ChargePosted, ReceiptSigned,
        EscrowClosed, HoldbackPosted, AdvancePosted,
        InstantReserved, PayoutRequested, PayoutScreened, ReviewDecided, PayoutRefused, PayoutRow, LaneOpened,
        ChunkPlanned, ChunkSigning, ChunkSigned, ChunkSent, ChunkFinalized, PayoutPosted,
        UsdcRefundRequested, UsdcRefundScreened, UsdcRefundRefused,
        DepositPosted, SweepSent,
        StripeEventStored, TopUpStored, TopUpPosted, RefundRequested, RefundCalled, DisputePosted,
        AnchorSigned, AnchorPosted, SealWritten,
        TablePlanned, TableSigned, TablePosted,
        OutboxSent,
        ProofDrawn, ProofDecided,
    ];
}
