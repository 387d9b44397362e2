using Marketplace.Api.Batches;
using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Vectors of texts as OpenAI's clients ask for them. Every answer is a job, with a receipt.</summary>
internal static class EmbeddingEndpoints
{
    public static void MapEmbeddings(this IEndpointRouteBuilder v1) => v1.MapGroup("")
        .WithTags("OpenAI")
        .RequireAuthorization(Policies.Renter)
        .AddEndpointFilter(OpenAiErrorResponse.Translate)
        .MapPost("/embeddings", CreateEmbeddings)
        .Produces<EmbeddingList>()
        .RefusesAsOpenAi(400, 401, 402, 403, 404, 422, 429, 503);

    /// <summary>
    /// One vector of length 1 for each input, charged as prompt tokens. The header <c>x-job-id</c> names the job; a
    /// client that leaves cancels it.
    /// </summary>
    private static async Task<IResult> CreateEmbeddings(
        EmbeddingRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk,
        IBlobStore blobs,
        HttpContext http)
    {
        var id = JobId.From(IdempotencyKey.Name(me.Account, "embeddings", idempotencyKey, desk.Clock));
        var (ordered, refusal) = await EmbeddingOrders.Of(request, desk);
        refusal ??= await desk.Submit(id, me, ordered!, http.Response);

        if (refusal is not null)
        {
            return refusal;
        }

        http.Response.Headers[AnswerFacts.JobHeader] = id.Value;

        try
        {
            var ended = await JobEvents.End(id, desk, http.RequestAborted);
            AnswerFacts.Of(ended).Tell(http.Response);

            return Ended.Refusal(ended) is { } over
                ? over
                : TypedResults.Ok(await EmbeddingList.Of(ended, request, blobs, http.RequestAborted));
        }
        finally
        {
            if (http.RequestAborted.IsCancellationRequested)
            {
                // Nobody reads it any more: it need not be made.
                await desk.Grains.GetGrain<IInferenceJobGrain>(id.Value).Cancel(CancellationToken.None);
            }
        }
    }
}
