using Marketplace.Domain.Renders;

namespace Marketplace.Domain.Devices;

/// <summary>
/// What the agent found on its rig. Claims of an untrusted machine: shown, matched, never believed for money.
/// </summary>
/// <param name="Kind">What executes the work.</param>
/// <param name="Name">The device's own name, at most 120 characters.</param>
/// <param name="MemoryBytes">Memory that work may use.</param>
/// <param name="Cores">Processor cores or multiprocessors.</param>
/// <param name="Region">Lower-case region code such as <c>eu</c>, 2 to 16 characters.</param>
/// <param name="Slots">Attempts that may run side by side, 1 to 256.</param>
/// <param name="AgentVersion">Version of the agent.</param>
/// <param name="Score">How fast it traces renders, as measured when it was enrolled; null where it was not.</param>
[GenerateSerializer, Immutable, Alias("DeviceSpec")]
public sealed record DeviceSpec(
    [property: Id(0)] DeviceKind Kind,
    [property: Id(1)] string Name,
    [property: Id(2)] long MemoryBytes,
    [property: Id(3)] int Cores,
    [property: Id(4)] string Region,
    [property: Id(5)] int Slots,
    [property: Id(6)] string AgentVersion,
    [property: Id(7)] RenderScore? Score = null)
{
    /// <summary>Most attempts that a device may run side by side.</summary>
    public const int SlotsMax = 256;
}
