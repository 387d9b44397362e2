using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>A model that the market asked for.</summary>
[MessagePackObject]
public sealed record AskedModelMessage([property: Key(0)] string Name, [property: Key(1)] string Sha256);
