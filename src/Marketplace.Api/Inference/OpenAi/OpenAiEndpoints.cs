using System.Buffers.Binary;
using System.Security.Cryptography;
using Marketplace.Api.Http;
using Marketplace.Api.Market;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Text as OpenAI's clients ask for it. Every answer is a text job, with a receipt.</summary>
internal static class OpenAiEndpoints
{
    internal const string JobHeader = "x-job-id";
    internal const string ReceiptHeader = "x-receipt-id";
    internal const string VerificationHeader = "x-verification";

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
        ChatCompletionRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk,
        ISchemaReader schemas,
        EventStream stream,
        HttpContext http) =>
        Answer(
            request,
            (idempotencyKey, "chat"),
            me,
            (desk, schemas),
            stream,
            http,
            (job, usage) => new ChatShape(job, usage, request.Plan));

    /// <summary>A text gone on with, whole or as server-sent events.</summary>
    private static Task<IResult> CreateCompletion(
        CompletionRequest request,
        [FromHeader(Name = IdempotencyKey.Header)] string? idempotencyKey,
        Requester me,
        Desk desk,
        ISchemaReader schemas,
        EventStream stream,
        HttpContext http) =>
        Answer(
            request,
            (idempotencyKey, "completions"),
            me,
            (desk, schemas),
            stream,
            http,
            (job, usage) => new CompletionShape(job, usage));

    private static async Task<IResult> Answer(
        TextRequest request,
        (string? Key, string Route) repeat,
        Requester me,
        (Desk Desk, ISchemaReader Schemas) at,
        EventStream stream,
        HttpContext http,
        Func<JobView, bool, AnswerShape> shapeOf)
    {
        var desk = at.Desk;
        var (ordered, refusal) = await Order(request, desk, at.Schemas);

        if (refusal is not null)
        {
            return refusal;
        }

        var id = JobId.From(IdempotencyKey.Name(me.Account, repeat.Route, repeat.Key, desk.Clock));
        var outcome = await desk.Grains.GetGrain<IPlacementGrain>(0).Submit(id, me.Account, ordered!);

        if (Submitted.Refusal(outcome) is { } refused)
        {
            return refused;
        }

        IdempotencyKey.Mark(http.Response, outcome is SubmitOutcome.Accepted { Replayed: true });
        http.Response.Headers[JobHeader] = id.Value;
        var job = desk.Grains.GetGrain<IInferenceJobGrain>(id.Value);

        try
        {
            var usage = request.StreamOptions?.IncludeUsage == true;

            if (request.Stream == true)
            {
                var begun = await job.Describe(http.RequestAborted) ?? throw new TimeoutException($"{id} is gone.");
                return await Stream((job, desk), shapeOf(begun, usage), stream, http);
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
    internal static async Task<(InferenceOrder? Order, ProblemHttpResult? Refusal)> Order(
        TextRequest request, Desk desk, ISchemaReader schemas)
    {
        var faults = request.Check();

        if (faults.Any)
        {
            return (null, Problems.Invalid(faults.Errors));
        }

        var schema = request.Schema;

        if (schema is not null && await schemas.WhyRefused(schema) is { } why)
        {
            schema = request.LooseSchema;

            if (schema is null || await schemas.WhyRefused(schema) is not null)
            {
                faults.Add(request.SchemaField, why);
                return (null, Problems.Invalid(faults.Errors));
            }
        }

        if (await desk.FindModel(request.Model) is not { } model)
        {
            return (null, Problems.Of(
                StatusCodes.Status404NotFound,
                "model-unknown",
                $"The model {request.Model} does not exist: see GET /v1/models."));
        }

        if (request is ChatCompletionRequest chat)
        {
            request = chat with { Family = model.ChatFamily ?? ChatFamily.ChatMl };

            if (WhyNoChat(chat, model) is { } refused)
            {
                return (null, refused);
            }
        }

        var room = await Room(request, model, desk);

        return room < 1
            ? (null, Problems.Of(
                StatusCodes.Status400BadRequest,
                "context-length-exceeded",
                $"The model {model.Name} holds {model.ContextLength} tokens, and {request.PromptField} make "
                    + $"{model.ContextLength - room}. Shorten them."))
            : (request.ToOrder(model, Tokens(request, room), SeedOf(request), schema, desk.Options), null);
    }

    private static ProblemHttpResult? WhyNoChat(ChatCompletionRequest request, ModelView model) => model switch
    {
        { HasChatTemplate: true, ChatFamily: null } => Problems.Of(
            StatusCodes.Status400BadRequest,
            "chat-template-unsupported",
            $"The model {model.Name} brings a chat template of no family that is known here: use /v1/completions."),
        { ChatFamily: { } family } when request.Plan is not null && !ChatPrompt.KnowsTools(family) => Problems.Of(
            StatusCodes.Status400BadRequest,
            "chat-tools-unsupported",
            $"tools cannot be told to the model {model.Name}: its chat template is {family}'s, which has no words for "
                + "them."),
        _ => null,
    };

    /// <summary>Tokens that the context has room for after the prompt; a model without a context holds any.</summary>
    private static async Task<int> Room(TextRequest request, ModelView model, Desk desk) =>
        model.ContextLength == 0 ? InferenceLimits.TokensMax
            : model.ContextLength - (await desk.Grains.Model(model.Name).CountPrompt(request.PromptText) ?? 0);

    private static int Tokens(TextRequest request, int room) =>
        request.TokensWanted ?? Math.Min(room, InferenceLimits.TokensMax);

    private static ulong SeedOf(TextRequest request) => request.Seed is { } seed
        ? unchecked((ulong)seed)
        : BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

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

        if (ended.Receipt is { } receipt)
        {
            http.Response.Headers[ReceiptHeader] = receipt.Value;
        }

        if (ended.Audit is { } audit)
        {
            http.Response.Headers[VerificationHeader] = audit.Word;
        }

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
