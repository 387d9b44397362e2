namespace Marketplace.Domain.Verification;

/// <summary>What a verifier's numbers say of a text.</summary>
[GenerateSerializer, Alias("Opinion")]
public enum Opinion
{
    /// <summary>The text does not stand, as the platform found.</summary>
    Fails = 0,

    /// <summary>The text stands.</summary>
    Stands = 1,

    /// <summary>Nothing: they fit neither the platform's numbers nor the device's.</summary>
    Useless = 2,
}
