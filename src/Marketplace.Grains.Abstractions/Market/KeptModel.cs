using Marketplace.Domain.Inference;

namespace Marketplace.Grains.Abstractions.Market;

/// <summary>A model that a device is asked to keep loaded.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Sha256">Hash of its file, or of the list of its files.</param>
/// <param name="Bytes">Length of all of it.</param>
/// <param name="Files">Its files where they are several.</param>
[GenerateSerializer, Immutable, Alias("KeptModel")]
public sealed record KeptModel(
    [property: Id(0)] string Name,
    [property: Id(1)] string Sha256,
    [property: Id(2)] long Bytes,
    [property: Id(3)] ModelBundle? Files)
{
    /// <summary>Whether the model is read from the file of this hash.</summary>
    public bool IsReadFrom(string sha256) =>
        Files is null ? Sha256 == sha256 : Files.Files.Any(file => file.Sha256 == sha256);
}
