namespace Marketplace.Grains.Payments;

/// <summary>
/// Names of the points between durable steps of card payments, where a crash test may end the process.
/// </summary>
internal static class CardCheckpoints
{
    public const string EventStored = "stripe.event.stored";
    public const string TopUpStored = "topup.stored";

    /// <summary>Journals of a card payment stand: a credit, a refund or a dispute.</summary>
    public const string CardPosted = "card.posted";

    public const string RefundRequested = "refund.requested";
    public const string RefundCalled = "refund.called";
}
