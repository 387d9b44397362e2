namespace Marketplace.Domain.Market;

/// <summary>Whose doing an ending was, so that blame and refunds fall on the right side.</summary>
[GenerateSerializer, Alias("CausedBy")]
public enum CausedBy
{
    Renter = 0,
    Provider = 1,
    Platform = 2,
}
