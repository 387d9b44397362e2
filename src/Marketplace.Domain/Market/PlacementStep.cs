using Marketplace.Domain.Devices;

namespace Marketplace.Domain.Market;

/// <summary>One change of what is placed where.</summary>
public abstract record PlacementStep
{
    private PlacementStep()
    {
    }

    /// <summary>The device is asked to fetch the model, load it and keep it.</summary>
    public sealed record Load(DeviceId Device, string Name, string Sha256) : PlacementStep;

    /// <summary>The device need not keep it any longer.</summary>
    public sealed record LetGo(DeviceId Device, string Sha256) : PlacementStep;
}
