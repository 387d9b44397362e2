namespace Marketplace.Grains.Payments;

/// <summary>
/// Names of the points between durable steps of card payments, where a crash test may end the process.
/// </summary>
internal static class CardCheckpoints
{
    public const string EventStored = "stripe.event.stored";
    public const string TopUpStored = "topup.stored";

    public const string TopUpPosted = "topup.posted";
    public const string DisputePosted = "dispute.posted";

    public const string RefundRequested = "refund.requested";
    public const string RefundCalled = "refund.called";
}
