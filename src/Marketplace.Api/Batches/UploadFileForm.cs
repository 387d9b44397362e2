using Microsoft.AspNetCore.Http;

namespace Marketplace.Api.Batches;

/// <summary>The parts of an upload.</summary>
/// <param name="File">The file.</param>
/// <param name="Purpose" example="batch">Only <c>batch</c>.</param>
internal sealed record UploadFileForm(IFormFile File, string Purpose);
