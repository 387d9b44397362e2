using Marketplace.Domain.Renders;

namespace Marketplace.Agent.Devices;

/// <summary>What the market is told of a device.</summary>
/// <param name="Device">The option it was chosen by, used again by <c>run</c>.</param>
/// <param name="Kind">host, cuda or opencl.</param>
/// <param name="Score">How fast it traces the benchmark scenes; null where that was not measured.</param>
internal sealed record DeviceOffer(
    string Device,
    string Kind,
    string Name,
    long MemoryBytes,
    int Cores,
    string Region,
    int Slots,
    RenderScore? Score = null);
