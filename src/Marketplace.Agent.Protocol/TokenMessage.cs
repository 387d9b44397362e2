using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>One token.</summary>
/// <param name="Probabilities">
/// Where <see cref="TextOrderMessage.Logprobs"/> asks for them: of this token first, then of the likeliest.
/// </param>
[MessagePackObject]
public sealed record TokenMessage(
    [property: Key(0)] int Id,
    [property: Key(1)] string Text,
    [property: Key(2)] ProbabilityMessage[]? Probabilities = null);
