using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>
/// A model of the catalogue. The ids 8 and 9 are never given again: hosts of before send facts of templates under them.
/// </summary>
/// <param name="ModelId">Names its weights, tokenizer and template for ever; null until its file was read.</param>
/// <param name="Files">Its files where they are several; null for one.</param>
[GenerateSerializer, Immutable, Alias("ModelView")]
public sealed record ModelView(
    [property: Id(0)] string Name,
    [property: Id(1)] string Sha256,
    [property: Id(2)] long Bytes,
    [property: Id(3)] string Architecture,
    [property: Id(4)] long Parameters,
    [property: Id(5)] int ContextLength,
    [property: Id(6)] string WeightFormat,
    [property: Id(7)] DateTimeOffset RegisteredAt,
    [property: Id(10)] string? ModelId = null,
    [property: Id(11)] ModelBundle? Files = null);
