using System.Buffers.Binary;
using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Domain;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
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
        Answer(request, "chat", call, (job, usage) => new ChatShape(job, usage, request.Plan));

    /// <summary>A text gone on with, whole or as server-sent events.</summary>
    private static Task<IResult> CreateCompletion(CompletionRequest request, [AsParameters] TextCall call) =>
        Answer(request, "completions", call, (job, usage) => new CompletionShape(job, usage));

    private static async Task<IResult> Answer(
        TextRequest request, string route, TextCall call, Func<JobView, bool, AnswerShape> shapeOf)
    {
        var (desk, http) = (call.Desk, call.Http);
        var id = JobId.From(IdempotencyKey.Name(call.Me.Account, route, call.IdempotencyKey, desk.Clock));
        var (ordered, refusal) = await Order(
            request, id, desk, call.Readers, mayBeRepeat: call.IdempotencyKey is not null, http.RequestAborted);
        refusal ??= await desk.Submit(id, call.Me, ordered!, http.Response);

        if (refusal is not null)
        {
            return refusal;
        }

        http.Response.Headers[AnswerFacts.JobHeader] = id.Value;
        var job = desk.Grains.GetGrain<IInferenceJobGrain>(id.Value);

        try
        {
            var usage = request.StreamOptions?.IncludeUsage == true;

            if (request.Stream == true)
            {
                var begun = await job.Describe(http.RequestAborted) ?? throw new TimeoutException($"{id} is gone.");
                return await Stream((job, desk), shapeOf(begun, usage), call.Stream, http);
            }

            var ended = await JobEvents.End(id, desk, http.RequestAborted);
            return Whole(ended, shapeOf(ended, usage), http);
        }
        finally
        {
            if (http.RequestAborted.IsCancellationRequested)
            {
                // Nobody reads it any more: what was made is billed, the rest is not made.
                await job.Cancel(CancellationToken.None);
            }
        }
    }

    /// <summary>What to order, or why not.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="id">The job that it is to be.</param>
    /// <param name="desk">Where.</param>
    /// <param name="readers">Readers of its parts.</param>
    /// <param name="mayBeRepeat">Whether that job may be there already.</param>
    /// <param name="cancel">Ends it.</param>
    internal static async Task<(InferenceOrder? Order, ProblemHttpResult? Refusal)> Order(
        TextRequest request,
        JobId id,
        Desk desk,
        OrderReaders readers,
        bool mayBeRepeat,
        CancellationToken cancel)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return (null, Problems.Invalid(faults.Errors));
        }

        if (await desk.FindModel(request.Model) is not { } model)
        {
            return (null, ModelReference.Unknown(request.Model));
        }

        var (isLoose, why) = await Schema(request, readers.Schemas);

        if (why is not null)
        {
            return (null, Problems.Invalid(request.SchemaField, why));
        }

        if (request is ChatCompletionRequest chat)
        {
            var (written, refusal) = await ChatWriter.Write(
                chat,
                model,
                readers.Chats,
                () => mayBeRepeat ? Begun(desk, id, cancel) : Task.FromResult(desk.Now),
                cancel);

            if (written is null)
            {
                return (null, refusal);
            }

            request = written;
        }

        var (room, tooLong) = await PromptRoom.Of(request.PromptText, request.PromptField, model, desk);
        tooLong ??= PromptRoom.WhyTooMany(request.Tokens, room, request.PromptField, model);

        return tooLong is not null
            ? (null, tooLong)
            : (request.ToOrder(
                model,
                request.Tokens.Wanted ?? Math.Min(room, request.TokensUnlessTold),
                unchecked((ulong)(request.Seed ?? SeedOf(id))),
                isLoose ? request.LooseSchema : request.Schema,
                desk.Options), null);
    }

    /// <summary>When a job was made; now where there is none.</summary>
    private static async Task<DateTimeOffset> Begun(Desk desk, JobId id, CancellationToken cancel) =>
        (await desk.Grains.GetGrain<IInferenceJobGrain>(id.Value).Describe(cancel))?.CreatedAt ?? desk.Now;

    /// <summary>Whether texts are held to the loose schema instead, or why to none.</summary>
    private static async Task<(bool IsLoose, string? Why)> Schema(TextRequest request, ISchemaReader schemas) =>
        request.Schema is not { } schema || await schemas.WhyRefused(schema) is not { } why ? (false, null)
            : request.LooseSchema is { } loose && await schemas.WhyRefused(loose) is null ? (true, null)
            : (false, why);

    /// <summary>
    /// Follows from the job, as a repeat must ask for the same; named for batches, which had it first.
    /// </summary>
    private static long SeedOf(JobId id) => BinaryPrimitives.ReadInt64LittleEndian(
        PrefixedId.Derive("batch-seed", id.Value).ToByteArray());

    private static async Task<IResult> Stream(
        (IInferenceJobGrain Job, Desk Desk) of, AnswerShape shape, EventStream stream, HttpContext http)
    {
        var (job, desk) = of;
        var patience = TimeSpan.FromMilliseconds(desk.Options.CheckPatienceMilliseconds);
        var source = new EventSource<JobEvent>(
            after => job.Watch(after).WithBatchSize(1).Patiently(patience, desk.Clock),
            shape.Tell,
            async cancel => await job.Describe(cancel) is { } view && CheckedText.IsAnswer(view)
                ? shape.End(view)
                : null)
        {
            Begin = shape.Begin,
        };

        await stream.Write(source, 0, http.Response, http.RequestAborted);
        return TypedResults.Empty;
    }

    private static IResult Whole(JobView ended, AnswerShape shape, HttpContext http)
    {
        if (Ended.Refusal(ended) is { } refusal)
        {
            return refusal;
        }

        AnswerFacts.Of(ended).Tell(http.Response);
        return TypedResults.Ok(shape.Whole(ended));
    }

    private static void Document(RouteHandlerBuilder route)
    {
        foreach (var status in Refusals)
        {
            route.Produces<OpenAiErrorResponse>(status);
        }
    }
}
