using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>Every fifteen seconds.</summary>
[MessagePackObject]
public sealed record HeartbeatMessage(
    [property: Key(0)] int SlotsFree,
    [property: Key(1)] string[] Running);
