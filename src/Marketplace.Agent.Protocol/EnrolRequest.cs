using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>Enrols a device with a one-time code.</summary>
/// <param name="ProtocolVersion"><see cref="AgentRoutes.Version"/>.</param>
/// <param name="PublicKey">Ed25519, base64 of 32 bytes.</param>
/// <param name="Kind">host, cuda or opencl.</param>
/// <param name="RenderScoreHundredths">
/// How fast it traces the benchmark scenes, in hundredths of a score; null where it was not measured.
/// </param>
[MessagePackObject]
public sealed record EnrolRequest(
    [property: Key(0)] int ProtocolVersion,
    [property: Key(1)] string Code,
    [property: Key(2)] string PublicKey,
    [property: Key(3)] string Kind,
    [property: Key(4)] string Name,
    [property: Key(5)] long MemoryBytes,
    [property: Key(6)] int Cores,
    [property: Key(7)] string Region,
    [property: Key(8)] int Slots,
    [property: Key(9)] string AgentVersion,
    [property: Key(10)] int? RenderScoreHundredths = null);
