using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>A frame of a render.</summary>
/// <param name="Frame" example="1">Its number.</param>
/// <param name="State" example="running">How far it is: waiting, running, assembling or done.</param>
/// <param name="UnitsDone" example="20">Units of work done, or not needed any more.</param>
/// <param name="Units" example="20">Units of work in all.</param>
/// <param name="Image" example="/v1/renders/rnd_01j9zq8k3v7r2m5x4c6b8n0t1w/frames/1/image">
/// Where its PNG is, or null before it is made and yours.
/// </param>
/// <param name="ImageSha256">Hash of the PNG, or null.</param>
/// <param name="Files">The files that were ordered; none before they are made.</param>
/// <param name="Review">Where its review stands; null unless the render is approved by hand and it was made.</param>
internal sealed record FrameResponse(
    int Frame,
    FrameState State,
    int UnitsDone,
    int Units,
    string? Image,
    string? ImageSha256,
    IReadOnlyList<FrameFileResponse> Files,
    FrameReviewResponse? Review = null)
{
    public static FrameResponse From(RenderId render, FrameView view) => new(
        view.Frame,
        view.State,
        view.UnitsDone,
        view.Units,
        view is { ImageSha256: not null, IsReleased: true } ? ImageOf(render, view.Frame) : null,
        view.IsReleased ? view.ImageSha256 : null,
        view.IsReleased ? [.. view.Files.Select(file => FrameFileResponse.From(render, view.Frame, file))] : [],
        FrameReviewResponse.From(view.Review));

    /// <summary>Where the picture of a frame is.</summary>
    public static string ImageOf(RenderId render, int frame) => $"/v1/renders/{render}/frames/{frame}/image";
}
