using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Api.Verification;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Inference;

/// <summary>Text jobs.</summary>
internal static class JobEndpoints
{
    public static void MapJobs(this IEndpointRouteBuilder v1)
    {
        var jobs = v1.MapGroup("/jobs").WithTags("Jobs").RequireAuthorization(Policies.Renter);

        jobs.MapPost("", CreateJob).RefusesWith(400, 401, 402, 403, 422, 429, 503);
        jobs.MapGet("", ListJobs).RefusesWith(400, 401, 403);
        jobs.MapGet("/{jobId}", GetJob).RefusesWith(401, 403, 404);
        jobs.MapGet("/{jobId}/verification", GetJobVerification).RefusesWith(401, 403, 404);
        jobs.MapGet("/{jobId}/findings/{findingId}", GetJobFinding)
            .Produces<FindingResponse>()
            .RefusesWith(401, 403, 404);
        jobs.MapDelete("/{jobId}", CancelJob).RefusesWith(401, 403, 404);
        jobs.MapGet("/{jobId}/events", WatchJob)
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .RefusesWith(400, 401, 403, 404);
    }

    /// <summary>
    /// Orders generated text. The most it can cost is set aside at once; what is not used comes back. Send an
    /// Idempotency-Key: a repeat with the same body answers the same job.
    /// </summary>
    private static async Task<Results<Created<JobResponse>, ProblemHttpResult>> CreateJob(
        CreateJobRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk,
        HttpResponse response)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        if (await desk.FindModel(request.Model) is not { } model)
        {
            return Problems.Of(
                StatusCodes.Status422UnprocessableEntity,
                "model-unknown",
                $"There is no model {request.Model} in the catalogue: see GET /v1/models.");
        }

        if ((await PromptRoom.Of(request.Prompt, "prompt", model, desk)).Refusal is { } tooLong)
        {
            return tooLong;
        }

        var id = JobId.From(IdempotencyKey.Name(me.Account, "jobs", idempotencyKey, desk.Clock));

        if (await desk.Submit(id, me, request.ToOrder(model, desk.Options), response) is { } refusal)
        {
            return refusal;
        }

        return await desk.Grains.GetGrain<IInferenceJobGrain>(id.Value).Describe() is { } job
            ? TypedResults.Created($"/v1/jobs/{id}", JobResponse.From(job))
            : Problems.NotFound("job");
    }

    /// <summary>The account's jobs, newest first.</summary>
    private static Task<Ok<PageResponse<ListedResponse>>> ListJobs(
        [AsParameters] PageQuery page, string? state, Requester me, Desk desk) =>
        desk.Show(Lists.Job, page, me.Account.Value, state);

    /// <summary>One job, with the text made so far.</summary>
    private static async Task<Results<Ok<JobResponse>, ProblemHttpResult>> GetJob(
        string jobId, Requester me, Desk desk) =>
        await Find(jobId, me, desk.Grains) is { } job
            ? TypedResults.Ok(JobResponse.From(job))
            : Problems.NotFound("job");

    /// <summary>
    /// How a job was verified, and what is kept of a check that went against its text or was disputed.
    /// </summary>
    private static async Task<Results<Ok<JobVerificationResponse>, ProblemHttpResult>> GetJobVerification(
        string jobId, Requester me, Desk desk) =>
        await Find(jobId, me, desk.Grains) is { } job
            ? TypedResults.Ok(JobVerificationResponse.From(job))
            : Problems.NotFound("job");

    /// <summary>
    /// One finding of a job's check: canonical JSON that <c>marketplace findings verify</c> checks. It is kept for
    /// some time, 90 days unless the market says otherwise.
    /// </summary>
    private static async Task<Results<FileStreamHttpResult, ProblemHttpResult>> GetJobFinding(
        string jobId, string findingId, Requester me, Desk desk, FindingFiles files) =>
        await Find(jobId, me, desk.Grains) is { } job
        && Ids.Read<FindingId>(findingId, out var id)
        && job.Findings.Contains(id)
        && await files.Open(id, desk) is var (_, file)
            ? FindingFiles.Answer(file)
            : Problems.NotFound("finding");

    /// <summary>Cancels a job: what was made is charged, the rest comes back. Harmless when it is over.</summary>
    private static async Task<Results<Ok<JobResponse>, ProblemHttpResult>> CancelJob(
        string jobId, Requester me, Desk desk) =>
        await Find(jobId, me, desk.Grains) is { } job
        && await desk.Grains.GetGrain<IInferenceJobGrain>(job.Id.Value).Cancel() is { } cancelled
            ? TypedResults.Ok(JobResponse.From(cancelled))
            : Problems.NotFound("job");

    /// <summary>
    /// The job as server-sent events: <c>state</c>, <c>token</c> with its number as id, and at the end <c>done</c> with
    /// the job. Send the last id as Last-Event-ID to go on after it.
    /// </summary>
    private static async Task<Results<EmptyHttpResult, ProblemHttpResult>> WatchJob(
        string jobId,
        [FromHeader(Name = EventStream.LastEventIdHeader)] string? lastEventId,
        Requester me,
        Desk desk,
        EventStream stream,
        HttpContext http)
    {
        if (!EventStream.TryReadEventId(lastEventId, out var after))
        {
            return Problems.Invalid(
                EventStream.LastEventIdHeader, "must be the number of a token, as sent in an id line");
        }

        if (await Find(jobId, me, desk.Grains) is not { } job)
        {
            return Problems.NotFound("job");
        }

        await stream.Write(JobEvents.Of(job.Id, desk.Grains), after, http.Response, http.RequestAborted);
        return TypedResults.Empty;
    }

    private static async Task<JobView?> Find(string jobId, Requester me, IGrainFactory grains) =>
        Ids.Read<JobId>(jobId, out var id)
        && await grains.GetGrain<IInferenceJobGrain>(id.Value).Describe() is { } job
        && job.Account == me.Account
            ? job
            : null;
}
