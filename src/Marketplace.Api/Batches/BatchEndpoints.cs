using System.Diagnostics;
using Marketplace.Api.Http;
using Marketplace.Api.Inference.OpenAi;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Batches;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Batches;

/// <summary>Batches as OpenAI's clients order them.</summary>
internal static class BatchEndpoints
{
    private const int LimitDefault = 20;
    private const int LimitMax = 100;

    public static void MapBatches(this IEndpointRouteBuilder v1)
    {
        var batches = v1.MapGroup("/batches")
            .WithTags("OpenAI")
            .RequireAuthorization(Policies.Renter)
            .AddEndpointFilter(OpenAiErrorResponse.Translate);

        batches.MapPost("", CreateBatch).Produces<BatchObject>().RefusesAsOpenAi(400, 401, 403, 404, 422, 429);
        batches.MapGet("", ListBatches).Produces<ObjectList<BatchObject>>().RefusesAsOpenAi(400, 401, 403);
        batches.MapGet("/{batchId}", GetBatch).Produces<BatchObject>().RefusesAsOpenAi(401, 403, 404);
        batches.MapPost("/{batchId}/cancel", CancelBatch)
            .Produces<BatchObject>()
            .RefusesAsOpenAi(401, 403, 404);
    }

    /// <summary>
    /// Runs the requests of a file within 24 hours, each a text job with a receipt at the price of one. What they are
    /// answered comes in a file.
    /// </summary>
    private static async Task<IResult> CreateBatch(
        CreateBatchRequest request,
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

        if (await desk.Grains.FindFile(request.InputFileId, me) is not { } input)
        {
            return Problems.NotFound("file");
        }

        if (input.Purpose != FileView.BatchPurpose)
        {
            return Problems.Invalid(
                "input_file_id", $"is of purpose {input.Purpose}, allowed is {FileView.BatchPurpose}");
        }

        var id = BatchId.From(IdempotencyKey.Name(me.Account, "batches", idempotencyKey, desk.Clock));
        var grain = desk.Grains.GetGrain<IBatchGrain>(id.Value);
        IdempotencyKey.Mark(response, await grain.Describe() is not null);

        return await grain.Start(me.Account, request.ToBatch(input)) switch
        {
            StartBatchOutcome.Started started => TypedResults.Ok(BatchObject.From(started.Batch)),
            StartBatchOutcome.KeyTaken => Problems.KeyReused(),
            StartBatchOutcome.TooMany full => Problems.Of(
                StatusCodes.Status429TooManyRequests,
                "batch-limit-exceeded",
                $"The account has {full.Max} batches that are not over, as many as it may have: wait for one, or "
                + "cancel one."),
            var other => throw new UnreachableException(other.ToString()),
        };
    }

    /// <summary>The account's batches, newest first.</summary>
    private static async Task<IResult> ListBatches(string? after, int? limit, Requester me, Desk desk)
    {
        var faults = new Faults();
        faults.Range("limit", limit ?? LimitDefault, 1, LimitMax);

        if (faults.Any)
        {
            return Problems.Invalid(faults.Errors);
        }

        var (items, hasMore) = await ObjectPages.Read(
            desk.Grains, (Lists.Batch, me.Account, null), (after, limit ?? LimitDefault, IsOldestFirst: false));
        var batches = await Task.WhenAll(items.Select(item => desk.Grains.GetGrain<IBatchGrain>(item.Id).Describe()));

        return TypedResults.Ok(ObjectList<BatchObject>.Of(
            [.. batches.OfType<BatchView>().Select(BatchObject.From)], static batch => batch.Id.Value, hasMore));
    }

    /// <summary>One batch.</summary>
    private static async Task<IResult> GetBatch(string batchId, Requester me, Desk desk) =>
        await Find(batchId, me, desk) is { } batch
            ? TypedResults.Ok(BatchObject.From(batch))
            : Problems.NotFound("batch");

    /// <summary>
    /// Gives a batch up: lines under way are cancelled, what was made is charged, and what was finished comes in the
    /// files. Harmless when it is over.
    /// </summary>
    private static async Task<IResult> CancelBatch(string batchId, Requester me, Desk desk)
    {
        if (await Find(batchId, me, desk) is not { } batch)
        {
            return Problems.NotFound("batch");
        }

        var shown = await desk.Grains.GetGrain<IBatchGrain>(batch.Id.Value).Cancel();
        return TypedResults.Ok(BatchObject.From(shown ?? batch));
    }

    private static async Task<BatchView?> Find(string batchId, Requester me, Desk desk) =>
        Ids.Read<BatchId>(batchId, out var id)
        && await desk.Grains.GetGrain<IBatchGrain>(id.Value).Describe() is { } batch
        && batch.Account == me.Account
            ? batch
            : null;
}
