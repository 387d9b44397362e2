using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>A camera that the order brings along.</summary>
/// <param name="Position">Three numbers, in the scene's units, Y up.</param>
/// <param name="Target">Three numbers.</param>
/// <param name="Up">Three numbers.</param>
/// <param name="VerticalFov">Degrees.</param>
[MessagePackObject]
public sealed record UnitCameraMessage(
    [property: Key(0)] float[] Position,
    [property: Key(1)] float[] Target,
    [property: Key(2)] float[] Up,
    [property: Key(3)] float VerticalFov);
