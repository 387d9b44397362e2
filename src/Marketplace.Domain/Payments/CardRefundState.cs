namespace Marketplace.Domain.Payments;

/// <summary>Where a refund to a card stands. It only ever moves down this list.</summary>
public enum CardRefundState
{
    /// <summary>The money is held; the processor may or may not know it.</summary>
    Requested,

    /// <summary>The processor has it and has not said how it ends.</summary>
    Pending,

    /// <summary>It failed; the hold is given back.</summary>
    Failed,

    /// <summary>It went to the card; the books say so.</summary>
    Succeeded,

    /// <summary>It had succeeded and came back later; the customer has the money again.</summary>
    Returned,
}
