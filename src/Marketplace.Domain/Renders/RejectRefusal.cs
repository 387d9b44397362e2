namespace Marketplace.Domain.Renders;

/// <summary>Why a frame cannot be rejected.</summary>
[GenerateSerializer, Alias("RejectRefusal")]
public enum RejectRefusal
{
    /// <summary>It has no picture that could be looked at.</summary>
    NotReady = 0,

    /// <summary>It was approved.</summary>
    Approved = 1,

    /// <summary>It was rejected before, and found sound.</summary>
    Upheld = 2,

    /// <summary>It was rejected as often as is allowed.</summary>
    UsedUp = 3,
}
