using Marketplace.Grains.Abstractions.Market;

namespace Marketplace.Api.Admin;

/// <summary>A model on a device.</summary>
/// <param name="Device" example="dev_01jz">The device.</param>
/// <param name="Provider" example="prov_01jz">Whose it is.</param>
/// <param name="DeviceClass" example="cuda.nvidia-h100.eu">Where it trades.</param>
/// <param name="Model" example="stories260K">Its name in the catalogue; null where only the device knows it.</param>
/// <param name="Sha256" example="270cba1bd5109f42d03350f60406024560464db173c0e387d91f0426d3bd256d">Its hash.</param>
/// <param name="State" example="loaded">loaded, or loading where it was asked for and is not there yet.</param>
/// <param name="PlacedAt">When the platform asked for it; null where the device has it from its own work.</param>
internal sealed record PlacementResponse(
    string Device,
    string Provider,
    string DeviceClass,
    string? Model,
    string Sha256,
    string State,
    DateTimeOffset? PlacedAt)
{
    public static PlacementResponse From(PlacementView view) => new(
        view.Device.Value,
        view.Provider.Value,
        view.Class.Value,
        view.Model,
        view.Sha256,
        view.IsLoaded ? "loaded" : "loading",
        view.PlacedAt);
}
