using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;

namespace Marketplace.Api.Renders;

/// <summary>A picture in an event stream.</summary>
/// <param name="Number" example="1">
/// Counts pictures from 1 in the order they were made, those that were taken back too; also the event's id.
/// </param>
/// <param name="Frame" example="7">The frame.</param>
/// <param name="Image" example="/v1/renders/rnd_01j9zq8k3v7r2m5x4c6b8n0t1w/frames/7/image">
/// Where its PNG is; null while the frame waits for your word: its preview is there.
/// </param>
/// <param name="ImageSha256">Hash of the PNG, or null as the image is.</param>
internal sealed record FrameDoneEvent(int Number, int Frame, string? Image, string? ImageSha256)
{
    public static FrameDoneEvent From(RenderId render, RenderEvent.FrameDone done) =>
        new(
            done.Number,
            done.Frame,
            done.ImageSha256 is null ? null : FrameResponse.ImageOf(render, done.Frame),
            done.ImageSha256);
}
