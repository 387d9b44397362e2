using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>A token that was or could have been drawn in one place.</summary>
/// <param name="Bytes">Its text in UTF-8; a part of a sequence where the token is one.</param>
/// <param name="Logprob">Natural logarithm of its probability under the model.</param>
[MessagePackObject]
public sealed record ProbabilityMessage(
    [property: Key(0)] int Id,
    [property: Key(1)] byte[] Bytes,
    [property: Key(2)] float Logprob);
