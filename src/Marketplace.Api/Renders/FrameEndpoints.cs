using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Api.Http;
using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Renders;

/// <summary>How a renter looks at frames, and approves or rejects them.</summary>
internal static class FrameEndpoints
{
    private const string ThumbnailType = "image/webp";
    private const string PreviewType = "image/png";

    public static void MapFrames(this RouteGroupBuilder renders)
    {
        renders.MapPost("/{renderId}/approve", ApproveRender).RefusesWith(401, 403, 404);
        renders.MapPost("/{renderId}/reject", RejectRender).RefusesWith(400, 401, 403, 404, 409);
        renders.MapPost("/{renderId}/retry-failed", RetryFailed).RefusesWith(401, 402, 403, 404, 409, 422, 429, 503);
        var frames = renders.MapGroup("/{renderId}/frames/{frame:int}");
        frames.MapPost("/approve", ApproveFrame).RefusesWith(401, 403, 404, 409);
        frames.MapPost("/reject", RejectFrame).RefusesWith(400, 401, 403, 404, 409);
        frames.MapPost("/retry", RetryFrame).RefusesWith(401, 402, 403, 404, 409);
        frames.MapGet("/log", GetFrameLog).RefusesWith(401, 403, 404);
        frames.MapGet("/thumbnail", GetThumbnail)
            .Produces<Stream>(StatusCodes.Status200OK, ThumbnailType)
            .RefusesWith(401, 403, 404, 429, 503);
        frames.MapGet("/preview", GetFramePreview)
            .Produces<Stream>(StatusCodes.Status200OK, PreviewType)
            .RefusesWith(401, 403, 404, 429, 503);
    }

    /// <summary>
    /// Approves every frame that waits for your word. With the last frame the render ends and is charged. Harmless when
    /// none waits.
    /// </summary>
    private static Task<Results<Ok<RenderResponse>, ProblemHttpResult>> ApproveRender(
        string renderId, Requester me, Desk desk) => Tell(renderId, me, desk, render => render.Approve(null));

    /// <summary>Approves one frame: its picture is yours at once. Harmless when it is approved.</summary>
    private static Task<Results<Ok<RenderResponse>, ProblemHttpResult>> ApproveFrame(
        string renderId, int frame, Requester me, Desk desk) =>
        Tell(renderId, me, desk, render => render.Approve(frame));

    /// <summary>Rejects every frame that waits for your word, as for each of them alone.</summary>
    private static async Task<Results<Ok<RenderResponse>, ProblemHttpResult>> RejectRender(
        string renderId, RejectFrameRequest? request, Requester me, Desk desk) =>
        Refusal(request) ?? await Tell(renderId, me, desk, render => render.Reject(null, request?.Reason));

    /// <summary>
    /// Rejects one frame: the platform traces parts of it again. What does not stand is unpaid, and made again by other
    /// devices free of charge. Where all of it stands the frame is charged, and its picture is yours.
    /// </summary>
    private static async Task<Results<Ok<RenderResponse>, ProblemHttpResult>> RejectFrame(
        string renderId, int frame, RejectFrameRequest? request, Requester me, Desk desk) =>
        Refusal(request) ?? await Tell(renderId, me, desk, render => render.Reject(frame, request?.Reason));

    /// <summary>
    /// Has a frame that was rejected and found sound made again by other devices, as new work: the most it can cost is
    /// set aside besides, and both makings are charged. Harmless while it is being made.
    /// </summary>
    private static Task<Results<Ok<RenderResponse>, ProblemHttpResult>> RetryFrame(
        string renderId, int frame, Requester me, Desk desk) =>
        Tell(renderId, me, desk, render => render.Retry(frame));

    /// <summary>
    /// Orders the frames without a picture of a render that is over once more, as a render of its own. Again, it
    /// answers the same one.
    /// </summary>
    private static async Task<Results<Created<RenderResponse>, ProblemHttpResult>> RetryFailed(
        string renderId, Requester me, Desk desk, HttpResponse response)
    {
        if (await RenderEndpoints.Find(renderId, me, desk.Grains) is not { } render)
        {
            return Problems.NotFound("render");
        }

        if (!WorkCycle.IsTerminal(render.State))
        {
            return Problems.Of(
                StatusCodes.Status409Conflict,
                "render-not-over",
                "While a render goes on, what failed of it is given to other devices by itself.");
        }

        int[] missing = [.. render.Frames.Where(view => view.ImageSha256 is null).Select(view => view.Frame)];

        if (missing.Length == 0)
        {
            return Problems.Of(
                StatusCodes.Status409Conflict, "no-frame-failed", "Every frame of this render has its picture.");
        }

        // Both bills together stay below the cap of the first order.
        var rest = render.Order.MaxPrice - render.Charged;

        return rest <= Usdc.Zero
            ? Problems.Of(
                StatusCodes.Status409Conflict,
                "price-cap-reached",
                $"All of the {render.Order.MaxPrice} USDC that it may cost are charged. Order the frames anew.")
            : await RenderEndpoints.Submit(
                RenderId.From(PrefixedId.Derive("retry-failed", render.Id.Value)),
                render.Order with { Frames = missing, MaxPrice = rest },
                me,
                desk,
                response);
    }

    /// <summary>
    /// What happened to a frame: which device got and delivered which unit, verdicts, tries at its picture, your words.
    /// </summary>
    private static async Task<Results<Ok<FrameLogResponse>, ProblemHttpResult>> GetFrameLog(
        string renderId, int frame, Requester me, Desk desk) =>
        await RenderEndpoints.Find(renderId, me, desk.Grains) is { } render
        && await Reviewed(render, desk).Log(frame) is { } events
            ? TypedResults.Ok(FrameLogResponse.From(frame, events))
            : Problems.NotFound("frame");

    /// <summary>
    /// A finished frame as a WebP of at most 256 pixels, with a watermark until it is yours. The entity tag tells
    /// whether it changed.
    /// </summary>
    private static async Task<Results<FileContentHttpResult, StatusCodeHttpResult, ProblemHttpResult>> GetThumbnail(
        string renderId, int frame, Requester me, Desk desk, IFrameStills stills, HttpContext http)
    {
        if (await RenderEndpoints.Find(renderId, me, desk.Grains) is not { } render
            || render.Frames.FirstOrDefault(known => known.Frame == frame) is not { } view)
        {
            return Problems.NotFound("frame");
        }

        return view.ImageSha256 is { } sha256
            ? await Answer(
                http,
                $"{sha256}:{view.IsReleased}",
                ThumbnailType,
                () => stills.Thumbnail(render.Account, sha256, !view.IsReleased, http.RequestAborted))
            : RenderEndpoints.NotFinished(view);
    }

    /// <summary>
    /// A frame as a PNG of at most 1024 pixels, also while it is under way: what is there of it, black where nothing
    /// is. With a watermark until it is finished and yours.
    /// </summary>
    private static async Task<Results<FileContentHttpResult, StatusCodeHttpResult, ProblemHttpResult>> GetFramePreview(
        string renderId, int frame, Requester me, Desk desk, IFrameStills stills, HttpContext http)
    {
        if (await RenderEndpoints.Find(renderId, me, desk.Grains) is not { } render
            || render.Frames.FirstOrDefault(known => known.Frame == frame) is not { } view)
        {
            return Problems.NotFound("frame");
        }

        if (view.ImageSha256 is { } sha256)
        {
            return await Answer(
                http,
                $"{sha256}:{view.IsReleased}",
                PreviewType,
                () => stills.Preview(render.Account, sha256, !view.IsReleased, http.RequestAborted));
        }

        return await Reviewed(render, desk).Sums(frame) is { Count: > 0 } units
            ? await Answer(
                http,
                null,
                PreviewType,
                () => stills.Partial(
                    render.Account, render.Id, render.Order, frame, units, http.RequestAborted))
            : RenderEndpoints.NotFinished(view);
    }

    private static IReviewedRenderGrain Reviewed(RenderView render, Desk desk) =>
        desk.Grains.GetGrain<IReviewedRenderGrain>(render.Id.Value);

    private static ProblemHttpResult? Refusal(RejectFrameRequest? request) =>
        request?.Check() is { Any: true } faults ? Problems.Invalid(faults.Errors) : null;

    private static async Task<Results<Ok<RenderResponse>, ProblemHttpResult>> Tell(
        string renderId, Requester me, Desk desk, Func<IReviewedRenderGrain, Task<FrameReviewOutcome>> word)
    {
        if (await RenderEndpoints.Find(renderId, me, desk.Grains) is not { } render)
        {
            return Problems.NotFound("render");
        }

        return await word(Reviewed(render, desk)) switch
        {
            FrameReviewOutcome.Taken taken => TypedResults.Ok(RenderResponse.From(taken.Render)),
            FrameReviewOutcome.NotThere => Problems.NotFound("frame"),
            FrameReviewOutcome.Refused no => Problems.Of(StatusCodes.Status409Conflict, no.Code, no.Why),
            FrameReviewOutcome.NotEnoughMoney broke => Problems.BalanceExhausted(broke.Needed, broke.Available),
            var other => throw new UnreachableException(other.ToString()),
        };
    }

    /// <summary>
    /// The same content makes the same file: nothing is made again for somebody who has it. Null where only the file
    /// tells what is in it.
    /// </summary>
    private static async Task<Results<FileContentHttpResult, StatusCodeHttpResult, ProblemHttpResult>> Answer(
        HttpContext http, string? content, string type, Func<Task<byte[]?>> make)
    {
        var file = content is null ? await make() : null;

        if ((content is null ? file : Encoding.UTF8.GetBytes(content)) is not { } tagged)
        {
            return TooMany();
        }

        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(tagged))}\"");

        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
        {
            return TypedResults.StatusCode(StatusCodes.Status304NotModified);
        }

        return (file ?? await make()) is { } made ? TypedResults.Bytes(made, type, entityTag: tag) : TooMany();
    }

    private static ProblemHttpResult TooMany() => Problems.Of(
        StatusCodes.Status429TooManyRequests,
        "too-many-pictures",
        "Too many small pictures of this account are being made: ask again when one has come.");
}
