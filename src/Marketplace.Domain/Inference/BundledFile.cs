namespace Marketplace.Domain.Inference;

/// <summary>One file of a <see cref="ModelBundle"/>.</summary>
/// <param name="Path">Its plain name, such as <c>config.json</c>; folders there are none.</param>
/// <param name="Sha256">Lower-case hex hash of its bytes.</param>
/// <param name="Bytes">Its length.</param>
[GenerateSerializer, Immutable, Alias("BundledFile")]
public sealed record BundledFile(
    [property: Id(0)] string Path, [property: Id(1)] string Sha256, [property: Id(2)] long Bytes);
