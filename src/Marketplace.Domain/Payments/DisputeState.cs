namespace Marketplace.Domain.Payments;

/// <summary>Where a dispute stands. It only ever moves down this list; won and lost are both ends.</summary>
public enum DisputeState
{
    /// <summary>The bank asks; no money has moved.</summary>
    Inquiry,

    /// <summary>The bank asks no more; it may still become a dispute.</summary>
    InquiryClosed,

    /// <summary>The bank waits for evidence.</summary>
    Open,

    /// <summary>Evidence was sent, or cannot be any more.</summary>
    UnderReview,

    /// <summary>The money is back.</summary>
    Won,

    /// <summary>The money is gone.</summary>
    Lost,
}
