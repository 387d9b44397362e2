namespace Marketplace.Domain.Compliance;

/// <summary>Where a case stands.</summary>
[GenerateSerializer, Alias("ReviewState")]
public enum ReviewState
{
    /// <summary>Waits for somebody.</summary>
    Open,

    /// <summary>Somebody looks into it.</summary>
    Claimed,

    /// <summary>Decided for the provider.</summary>
    Cleared,

    /// <summary>Decided against it.</summary>
    Blocked,
}
