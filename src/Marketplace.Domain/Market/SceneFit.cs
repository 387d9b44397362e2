namespace Marketplace.Domain.Market;

/// <summary>What a device has of the scene or model that work needs, as its agent says; more is better.</summary>
public enum SceneFit
{
    None = 0,
    OnDisk = 1,
    Loaded = 2,
}
