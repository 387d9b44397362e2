using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>An order for a second verifier: compute another device's text again.</summary>
/// <param name="Order">What that device was to make.</param>
/// <param name="Tokens">
/// Where the prompt is told, all of its tokens but the first; all tokens of the text, and the end mark where the model
/// ended it.
/// </param>
/// <param name="Tolerance">By how much honest logits may differ.</param>
[GenerateSerializer, Immutable, Alias("AuditWork")]
public sealed record AuditWork(
    [property: Id(0)] InferenceOrder Order,
    [property: Id(1)] IReadOnlyList<int> Tokens,
    [property: Id(2)] double Tolerance);
