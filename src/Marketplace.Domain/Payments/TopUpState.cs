namespace Marketplace.Domain.Payments;

/// <summary>Where a top-up stands. It only ever moves down this list.</summary>
public enum TopUpState
{
    /// <summary>Stored here; the processor may or may not know it.</summary>
    Opening,

    /// <summary>The customer can pay.</summary>
    Open,

    /// <summary>It could not be opened.</summary>
    Failed,

    /// <summary>Nobody paid in time.</summary>
    Expired,

    /// <summary>Paid and credited, once.</summary>
    Paid,
}
