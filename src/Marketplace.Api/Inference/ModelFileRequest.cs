namespace Marketplace.Api.Inference;

/// <summary>One file of a model that has several.</summary>
/// <param name="Path" example="config.json">Its plain name.</param>
/// <param name="Sha256" example="270cba1bd5109f42d03350f60406024560464db173c0e387d91f0426d3bd256d">
/// Its address, sent before by PUT /v1/assets/{sha256}.
/// </param>
internal sealed record ModelFileRequest(string Path, string Sha256);
