using MessagePack;

namespace Marketplace.Agent.Protocol;

/// <summary>
/// An order to compute another device's text once more, for a second opinion. What that device claims is not told.
/// </summary>
/// <param name="Text">As that device was given it, without a prefix, tenant or model id.</param>
/// <param name="Tokens">
/// Where the prompt is told, all of its tokens but the first; all tokens of the text, and the end mark where the model
/// ended it.
/// </param>
/// <param name="Tolerance">By how much honest logits may differ: the borders of filters move by it.</param>
[MessagePackObject]
public sealed record AuditOrderMessage(
    [property: Key(0)] TextOrderMessage Text,
    [property: Key(1)] int[] Tokens,
    [property: Key(2)] double Tolerance);
