using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Text as OpenAI's clients ask for it. Every answer is a text job, with a receipt.</summary>
internal static class OpenAiEndpoints
{
    private static readonly int[] Refusals = [400, 401, 402, 403, 404, 422, 429, 503];

    public static void MapOpenAi(this IEndpointRouteBuilder v1)
    {
        var text = v1.MapGroup("")
            .WithTags("OpenAI")
            .RequireAuthorization(Policies.Renter)
            .AddEndpointFilter(OpenAiErrorResponse.Translate);

        Document(text.MapPost("/chat/completions", CreateChatCompletion).Produces<ChatCompletion>());
        Document(text.MapPost("/completions", CreateCompletion).Produces<Completion>());
    }

    /// <summary>
    /// The next message of a conversation, whole or as server-sent events. The header <c>x-job-id</c> names the job; a
    /// client that leaves cancels it.
    /// </summary>
    private static Task<IResult> CreateChatCompletion(
        ChatCompletionRequest request, [AsParameters] TextCall call) =>
        Answer(
            request, "chat", call, (job, place, usage) => new ChatShape(job, place, usage, request.Plan));

    /// <summary>Texts gone on with, whole or as server-sent events.</summary>
    private static Task<IResult> CreateCompletion(CompletionRequest request, [AsParameters] TextCall call) =>
        Answer(
            request, "completions", call, (job, place, usage) => new CompletionShape(job, place, usage, request));

    private static async Task<IResult> Answer(
        TextRequest request, string route, TextCall call, Func<JobView, ChoicePlace, bool, AnswerShape> shapeOf)
    {
        var (desk, http) = (call.Desk, call.Http);
        var id = JobId.From(IdempotencyKey.Name(call.Me.Account, route, call.IdempotencyKey, desk.Clock));
        var (choices, refusal) = await TextOrders.Of(
            request, id, desk, call.Readers, mayBeRepeat: call.IdempotencyKey is not null, http.RequestAborted);
        var answer = new TextAnswer(choices, desk);
        refusal ??= await answer.Begin(call.Me, http.Response);

        if (refusal is not null)
        {
            return refusal;
        }

        http.Response.Headers[AnswerFacts.JobHeader] = answer.Jobs;

        try
        {
            var usage = request.StreamOptions?.IncludeUsage == true;
            return request.Stream == true
                ? await Stream(answer, call, (job, place) => shapeOf(job, place, usage))
                : await Whole(answer, request, http, first => shapeOf(first, new(0, first), usage));
        }
        finally
        {
            if (http.RequestAborted.IsCancellationRequested)
            {
                // Nobody reads it any more: what was made is billed, the rest is not made.
                await answer.Cancel();
            }
        }
    }

    private static async Task<IResult> Stream(
        TextAnswer answer, TextCall call, Func<JobView, ChoicePlace, AnswerShape> shapeOf)
    {
        var (desk, http) = (call.Desk, call.Http);
        var begun = await answer.Describe(http.RequestAborted);
        var told = new ChoiceStream(
            [.. answer.Grains.Select((job, at) => (job, shapeOf(begun[at], new(at, begun[0]))))],
            TimeSpan.FromMilliseconds(desk.Options.CheckPatienceMilliseconds),
            desk.Clock);
        await call.Stream.Write(told.Source, 0, http.Response, http.RequestAborted);

        if (told.IsRefused)
        {
            await answer.Cancel();
        }

        return TypedResults.Empty;
    }

    private static async Task<IResult> Whole(
        TextAnswer answer, TextRequest request, HttpContext http, Func<JobView, AnswerShape> shapeOf)
    {
        var (ended, refusal) = await answer.End(http.RequestAborted);

        if (refusal is not null)
        {
            return refusal;
        }

        AnswerFacts.Of(ended).Tell(http.Response);
        return TypedResults.Ok(shapeOf(ended[0]).Whole(request.Shown(ended), ended));
    }

    private static void Document(RouteHandlerBuilder route)
    {
        foreach (var status in Refusals)
        {
            route.Produces<OpenAiErrorResponse>(status);
        }
    }
}
