using Marketplace.Api.Http;
using Marketplace.Api.Inference;
using Marketplace.Api.Renders;
using Marketplace.Api.Verification;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Ledger;
using Marketplace.Grains.Abstractions.Renders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Admin;

/// <summary>Jobs, renders and receipts of others.</summary>
internal static class WorkAdminEndpoints
{
    public static void MapWorkAdmin(this IEndpointRouteBuilder admin)
    {
        var work = admin.MapGroup(string.Empty).WithTags("Work");

        work.MapGet("/jobs/{jobId}", InspectJob).RefusesWith(401, 403, 404);
        work.MapPost("/jobs/{jobId}/cancel", CancelJob).RefusesWith(400, 401, 403, 404);
        work.MapGet("/renders/{renderId}", InspectRender).RefusesWith(401, 403, 404);
        work.MapPost("/renders/{renderId}/cancel", CancelRender).RefusesWith(400, 401, 403, 404);
        work.MapGet("/receipts/{receiptId}", InspectReceipt).Produces<ReceiptResponse>().RefusesWith(401, 403, 404);
    }

    /// <summary>Any account's job.</summary>
    private static async Task<Results<Ok<JobResponse>, ProblemHttpResult>> InspectJob(string jobId, Desk desk) =>
        Ids.Read<JobId>(jobId, out var id)
        && await desk.Grains.GetGrain<IInferenceJobGrain>(id.Value).Describe() is { } job
            ? TypedResults.Ok(JobResponse.From(job))
            : Problems.NotFound("job");

    /// <summary>Cancels any account's job: what was made is charged, the rest goes back.</summary>
    private static async Task<Results<Ok<JobResponse>, ProblemHttpResult>> CancelJob(
        string jobId, ReasonRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (!Ids.Read<JobId>(jobId, out var id)
            || await desk.Grains.GetGrain<IInferenceJobGrain>(id.Value).Cancel() is not { } job)
        {
            return Problems.NotFound("job");
        }

        await desk.Grains.GetGrain<IStatementGrain>(0).Record(me.Act(request.Reason), "job.cancel", id.Value);
        return TypedResults.Ok(JobResponse.From(job));
    }

    /// <summary>Any account's render.</summary>
    private static async Task<Results<Ok<RenderResponse>, ProblemHttpResult>> InspectRender(
        string renderId, Desk desk) =>
        Ids.Read<RenderId>(renderId, out var id)
        && await desk.Grains.GetGrain<IRenderGrain>(id.Value).Describe() is { } render
            ? TypedResults.Ok(RenderResponse.From(render))
            : Problems.NotFound("render");

    /// <summary>Cancels any account's render: accepted units are charged, the rest goes back.</summary>
    private static async Task<Results<Ok<RenderResponse>, ProblemHttpResult>> CancelRender(
        string renderId, ReasonRequest request, Requester me, Desk desk)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (!Ids.Read<RenderId>(renderId, out var id)
            || await desk.Grains.GetGrain<IRenderGrain>(id.Value).Cancel() is not { } render)
        {
            return Problems.NotFound("render");
        }

        await desk.Grains.GetGrain<IStatementGrain>(0).Record(me.Act(request.Reason), "render.cancel", id.Value);
        return TypedResults.Ok(RenderResponse.From(render));
    }

    /// <summary>Any account's receipt.</summary>
    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> InspectReceipt(
        string receiptId, Desk desk) =>
        Ids.Read<ReceiptId>(receiptId, out var id)
        && await desk.Grains.GetGrain<IStatementGrain>(0).Receipt(id, account: null) is { } receipt
            ? TypedResults.Content(receipt, "application/json")
            : Problems.NotFound("receipt");
}
