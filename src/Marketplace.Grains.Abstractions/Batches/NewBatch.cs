using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>What a batch is to run.</summary>
/// <param name="Input">The file of its lines.</param>
/// <param name="InputSha256">Hash of the file's bytes: what is run is what was there at the start.</param>
/// <param name="Endpoint">Such as <c>/v1/chat/completions</c>.</param>
/// <param name="Metadata">The owner's own notes: a JSON object of texts, or null.</param>
[GenerateSerializer, Immutable, Alias("NewBatch")]
public sealed record NewBatch(
    [property: Id(0)] FileId Input,
    [property: Id(1)] string InputSha256,
    [property: Id(2)] string Endpoint,
    [property: Id(3)] string? Metadata);
