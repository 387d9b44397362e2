namespace Marketplace.Grains;

/// <summary>Names of the points between durable steps, where a crash test may end the process.</summary>
internal static class Checkpoints
{
    public const string JobAccepted = "job.accepted";
    public const string EscrowFunded = "escrow.funded";
    public const string LeaseAssigned = "lease.assigned";
    public const string ResultStored = "result.stored";
    public const string ChargePosted = "charge.posted";
    public const string ReceiptSigned = "receipt.signed";
    public const string EscrowClosed = "escrow.closed";
    public const string HoldbackPosted = "holdback.posted";
}
