using System.Security.Cryptography;
using System.Text;
using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Market;
using Marketplace.Grains.Abstractions.Renders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Renders;

/// <summary>Renders.</summary>
internal static class RenderEndpoints
{
    private const string PreviewType = "image/webp";

    public static void MapRenders(this IEndpointRouteBuilder v1)
    {
        var renders = v1.MapGroup("/renders").WithTags("Renders").RequireAuthorization(Policies.Renter);

        renders.MapPost("", CreateRender).RefusesWith(400, 401, 402, 403, 404, 422, 429, 503);
        renders.MapGet("", ListRenders).RefusesWith(400, 401, 403);
        renders.MapGet("/{renderId}", GetRender).RefusesWith(401, 403, 404);
        renders.MapDelete("/{renderId}", CancelRender).RefusesWith(401, 403, 404);
        renders.MapPost("/{renderId}/pause", PauseRender).RefusesWith(401, 403, 404, 409);
        renders.MapPost("/{renderId}/resume", ResumeRender).RefusesWith(401, 403, 404, 409);
        renders.MapGet("/{renderId}/events", WatchRender)
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .RefusesWith(400, 401, 403, 404);
        renders.MapGet("/{renderId}/download", DownloadFrames)
            .Produces<Stream>(StatusCodes.Status200OK, FrameArchive.ContentType)
            .RefusesWith(400, 401, 403, 404);
        renders.MapGet("/{renderId}/preview", GetPreview)
            .Produces<Stream>(StatusCodes.Status200OK, PreviewType)
            .RefusesWith(401, 403, 404, 503);
        renders.MapGet("/{renderId}/frames/{frame:int}/image", GetImage)
            .Produces<Stream>(StatusCodes.Status200OK, "image/png", "image/x-exr")
            .RefusesWith(400, 401, 403, 404, 409);
        renders.MapFrames();
    }

    /// <summary>
    /// Orders pictures of a scene. The most it can cost is set aside at once; what is not used comes back. With a quote
    /// that is its P90 cost. Send an Idempotency-Key: a repeat with the same body answers the same render.
    /// </summary>
    private static async Task<Results<Created<RenderResponse>, ProblemHttpResult>> CreateRender(
        CreateRenderRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk,
        IBlobStore blobs,
        HttpResponse response)
    {
        var faults = request.Check(desk.Options);

        if (!faults.Any && await desk.Grains.FindScene(request.Scene, me) is { } plain)
        {
            var (scene, problem) = await SceneLighting.Under(plain, request.Environment, me.Account, desk, blobs);
            faults = request.CheckAgainst(scene);

            return problem ?? (faults.Any
                ? Problems.Invalid(faults.Errors)
                : await Submit(request, request.ToOrder(scene, desk.Options), idempotencyKey, me, desk, response));
        }

        return faults.Any
            ? Problems.Invalid(faults.Errors)
            : SceneUnknown(request.Scene);
    }

    internal static ProblemHttpResult SceneUnknown(string scene) => Problems.Of(
        StatusCodes.Status422UnprocessableEntity,
        "scene-unknown",
        $"This account has no scene {scene}: POST /v1/scenes makes one.");

    private static async Task<Results<Created<RenderResponse>, ProblemHttpResult>> Submit(
        CreateRenderRequest request,
        RenderOrder wanted,
        string? idempotencyKey,
        Requester me,
        Desk desk,
        HttpResponse response)
    {
        var id = RenderId.From(IdempotencyKey.Name(me.Account, "renders", idempotencyKey, desk.Clock));
        var (order, unquoted) = await QuotedOrder.Of(request, wanted, id, me, desk);

        if (unquoted is not null)
        {
            return unquoted;
        }

        return await Submit(id, order, me, desk, response);
    }

    internal static async Task<Results<Created<RenderResponse>, ProblemHttpResult>> Submit(
        RenderId id, RenderOrder order, Requester me, Desk desk, HttpResponse response)
    {
        var outcome = await desk.Grains.GetGrain<IPlacementGrain>(0).SubmitRender(id, me.Account, order);

        if (Submitted.Refusal(outcome) is { } refusal)
        {
            return refusal;
        }

        IdempotencyKey.Mark(response, outcome is SubmitOutcome.Accepted { Replayed: true });

        return await desk.Grains.GetGrain<IRenderGrain>(id.Value).Describe() is { } render
            ? TypedResults.Created($"/v1/renders/{id}", RenderResponse.From(render))
            : Problems.NotFound("render");
    }

    /// <summary>The account's renders, newest first.</summary>
    private static Task<Ok<PageResponse<ListedResponse>>> ListRenders(
        [AsParameters] PageQuery page, string? state, Requester me, Desk desk) =>
        desk.Show(Lists.Render, page, me.Account.Value, state);

    /// <summary>One render.</summary>
    private static async Task<Results<Ok<RenderResponse>, ProblemHttpResult>> GetRender(
        string renderId, Requester me, Desk desk) =>
        await Find(renderId, me, desk.Grains) is { } render
            ? TypedResults.Ok(RenderResponse.From(render))
            : Problems.NotFound("render");

    /// <summary>
    /// Cancels a render: frames with a picture and accepted units of the others are charged, the rest comes back, and
    /// <c>bill</c> has both. Harmless when it is over.
    /// </summary>
    private static async Task<Results<Ok<RenderResponse>, ProblemHttpResult>> CancelRender(
        string renderId, Requester me, Desk desk) =>
        await Find(renderId, me, desk.Grains) is { } render
        && await desk.Grains.GetGrain<IRenderGrain>(render.Id.Value).Cancel() is { } cancelled
            ? TypedResults.Ok(RenderResponse.From(cancelled))
            : Problems.NotFound("render");

    /// <summary>
    /// Pauses a render: no more units are given to devices, those at work are finished and count. The deadline moves by
    /// the length of the pause; after seven days of pauses it goes on by itself. Harmless when it is paused.
    /// </summary>
    private static async Task<Results<Ok<RenderResponse>, ProblemHttpResult>> PauseRender(
        string renderId, Requester me, Desk desk) =>
        await Find(renderId, me, desk.Grains) is { } render
            ? StillGoing(await desk.Grains.GetGrain<IRenderGrain>(render.Id.Value).Pause())
            : Problems.NotFound("render");

    /// <summary>Lets a paused render go on. Harmless when it does.</summary>
    private static async Task<Results<Ok<RenderResponse>, ProblemHttpResult>> ResumeRender(
        string renderId, Requester me, Desk desk) =>
        await Find(renderId, me, desk.Grains) is { } render
            ? StillGoing(await desk.Grains.GetGrain<IRenderGrain>(render.Id.Value).Resume())
            : Problems.NotFound("render");

    private static Results<Ok<RenderResponse>, ProblemHttpResult> StillGoing(RenderView? render) => render switch
    {
        null => Problems.NotFound("render"),
        _ when WorkCycle.IsTerminal(render.State) => Problems.Of(
            StatusCodes.Status409Conflict, "render-over", $"The render is over since {render.EndedAt:O}."),
        _ => TypedResults.Ok(RenderResponse.From(render)),
    };

    /// <summary>
    /// The render as server-sent events: <c>state</c>, <c>progress</c>, <c>frame</c> with its number as id, and at the
    /// end <c>done</c> with the render. Send the last id as Last-Event-ID to get the pictures after it.
    /// </summary>
    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> WatchRender(
        string renderId,
        [FromHeader(Name = EventStream.LastEventIdHeader)] string? lastEventId,
        Requester me,
        Desk desk,
        EventStream stream,
        HttpContext http)
    {
        if (!EventStream.TryReadEventId(lastEventId, out var after))
        {
            return Problems.Invalid(
                EventStream.LastEventIdHeader, "must be the number of a picture, as sent in an id line");
        }

        if (await Find(renderId, me, desk.Grains) is not { } render)
        {
            return Problems.NotFound("render");
        }

        await stream.Write(RenderEvents.Of(render.Id, desk.Grains), after, http.Response, http.RequestAborted);
        return TypedResults.Empty;
    }

    /// <summary>
    /// The finished and approved frames as one zip file, <c>frame-0001.png</c> and so on, or the files that were
    /// ordered in a folder for each format, <c>exr16/frame-0001.exr</c>; the other frames are not in it. The only
    /// <c>format</c> is <c>zip</c>.
    /// </summary>
    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> DownloadFrames(
        string renderId, string? format, Requester me, Desk desk, IBlobStore blobs, HttpContext http)
    {
        if (format is not (null or "zip"))
        {
            return Problems.Invalid("format", $"is '{format}', the only one is zip");
        }

        if (await Find(renderId, me, desk.Grains) is not { } render)
        {
            return Problems.NotFound("render");
        }

        var finished = Finished(render);

        return finished.Length == 0
            ? NoneFinished(render)
            : TypedResults.Stream(
                output => FrameArchive.Write(finished, blobs, output, http.RequestAborted),
                FrameArchive.ContentType,
                $"{render.Id}.zip");
    }

    /// <summary>
    /// The finished frames in motion, at the ordered frames a second, as an animated WebP for looking at: at most 480
    /// pixels wide and high and 240 pictures, of longer renders every second, third and so on. It grows with the
    /// render; the entity tag tells whether it did. Frames that are not yours yet have a watermark.
    /// </summary>
    private static async Task<Results<FileContentHttpResult, StatusCodeHttpResult, ProblemHttpResult>> GetPreview(
        string renderId, Requester me, Desk desk, IFramePreview previews, HttpContext http)
    {
        if (await Find(renderId, me, desk.Grains) is not { } render)
        {
            return Problems.NotFound("render");
        }

        PreviewFrame[] pictures =
        [
            .. render.Frames.Where(frame => frame.ImageSha256 is not null)
                .Select(frame => new PreviewFrame(frame.ImageSha256!, !frame.IsReleased)),
        ];

        if (pictures.Length == 0)
        {
            return NoneFinished(render);
        }

        // The same frames make the same file: nothing is made again for somebody who has it.
        var content = string.Concat(pictures.Select(picture => $"{picture.Sha256}{picture.IsMarked}"));
        var tag = new EntityTagHeaderValue(
            $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(content)))}\"");

        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        var file = await previews.Make(pictures, render.Order.FramesPerSecond, http.RequestAborted);
        return TypedResults.Bytes(file, PreviewType, $"{render.Id}.webp", entityTag: tag);
    }

    /// <summary>
    /// The finished picture of a frame: as PNG, or with <c>format</c> as one of the files that were ordered: png8,
    /// png16, exr16 or exr32.
    /// </summary>
    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> GetImage(
        string renderId, int frame, string? format, Requester me, Desk desk, IBlobStore blobs)
    {
        if (!FrameFiles.TryRead(format, out var wanted))
        {
            return Problems.Invalid("format", $"is '{format}', allowed are {FrameFiles.All}");
        }

        var render = await Find(renderId, me, desk.Grains);

        return render?.Frames.FirstOrDefault(view => view.Frame == frame) is { } found
            ? await FrameFiles.Send(render, found, wanted, blobs)
            : Problems.NotFound("frame");
    }

    internal static ProblemHttpResult NotFinished(FrameView frame) => Problems.Of(
        StatusCodes.Status404NotFound,
        "frame-not-ready",
        $"Frame {frame.Frame} is not finished: {frame.UnitsDone} of {frame.Units} units are done.");

    private static FrameView[] Finished(RenderView render) =>
        [.. render.Frames.Where(frame => frame is { ImageSha256: not null, IsReleased: true })];

    private static ProblemHttpResult NoneFinished(RenderView render) => Problems.Of(
        StatusCodes.Status404NotFound,
        "frame-not-ready",
        $"No frame is finished: {render.UnitsDone} of {render.Units} units are done.");

    internal static async Task<RenderView?> Find(string renderId, Requester me, IGrainFactory grains) =>
        Ids.Read<RenderId>(renderId, out var id)
        && await grains.GetGrain<IRenderGrain>(id.Value).Describe() is { } render
        && render.Account == me.Account
            ? render
            : null;
}
