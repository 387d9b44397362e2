using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>One token.</summary>
[MessagePackObject]
public sealed record TokenMessage(
    [property: Key(0)] int Id,
    [property: Key(1)] string Text);
