using Marketplace.Domain.Renders;

namespace Marketplace.Api.Renders;

/// <summary>A file of a finished frame.</summary>
/// <param name="Format" example="exr16">What it is: png8, png16, exr16 or exr32.</param>
/// <param name="Url" example="/v1/renders/rnd_01j9zq8k3v7r2m5x4c6b8n0t1w/frames/1/image?format=exr16">
/// Where it is.
/// </param>
/// <param name="Sha256">Its hash.</param>
/// <param name="Bytes" example="1048576">Its length.</param>
internal sealed record FrameFileResponse(FrameFormat Format, string Url, string Sha256, long Bytes)
{
    public static FrameFileResponse From(RenderId render, int frame, FrameFile file) => new(
        file.Format,
        $"{FrameResponse.ImageOf(render, frame)}?format={FrameFiles.WordOf(file.Format)}",
        file.Sha256,
        file.Bytes);
}
