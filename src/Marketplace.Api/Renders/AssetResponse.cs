namespace Marketplace.Api.Renders;

/// <summary>An uploaded file.</summary>
/// <param name="Sha256" example="270cba1bd5109f42d03350f60406024560464db173c0e387d91f0426d3bd256d">Its address.</param>
/// <param name="Bytes" example="1185376">Its length.</param>
internal sealed record AssetResponse(string Sha256, long Bytes);
