using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference;

/// <summary>One file of a model that has several.</summary>
/// <param name="Path" example="config.json">Its plain name.</param>
/// <param name="Sha256" example="270cba1bd5109f42d03350f60406024560464db173c0e387d91f0426d3bd256d">Its hash.</param>
/// <param name="Bytes" example="707">Its length.</param>
internal sealed record ModelFileResponse(string Path, string Sha256, long Bytes)
{
    public static ModelFileResponse From(BundledFile file) => new(file.Path, file.Sha256, file.Bytes);
}
