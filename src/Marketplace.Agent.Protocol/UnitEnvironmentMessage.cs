using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>How the environment map of a scene stands.</summary>
/// <param name="Turns">Turn about the vertical axis, in turns.</param>
/// <param name="Factor">What its light is multiplied by.</param>
[MessagePackObject]
public sealed record UnitEnvironmentMessage([property: Key(0)] float Turns, [property: Key(1)] float Factor);
