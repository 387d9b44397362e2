using System.Diagnostics;
using System.Text.Json;
using Marketplace.Api.Http;
using Marketplace.Api.Inference.OpenAi;
using Marketplace.Api.Market;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Market;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Batches;

/// <summary>
/// The lines of a batch, each a request to an endpoint of this surface: the same checks, the same orders and the same
/// answers.
/// </summary>
internal sealed class BatchLines(
    Desk desk,
    OrderReaders readers,
    IBlobStore blobs,
    IOptions<Microsoft.AspNetCore.Http.Json.JsonOptions> json) : IBatchLines
{
    /// <summary>Address of chat completions.</summary>
    public const string Chat = "/v1/chat/completions";

    /// <summary>Address of completions.</summary>
    public const string Completions = "/v1/completions";

    /// <summary>Address of embeddings.</summary>
    public const string Embeddings = "/v1/embeddings";

    private const int TextsAtOnce = 32;
    private const string Method = "POST";
    private const string InvalidJson = "invalid_json_line";

    private JsonSerializerOptions Words => json.Value.SerializerOptions;

    /// <inheritdoc/>
    public LineReading Read(string endpoint, ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Read(endpoint, document.RootElement);
        }
        catch (JsonException fault)
        {
            return new(null, new(
                InvalidJson,
                $"This line is not parseable as valid JSON (byte {fault.BytePositionInLine}).",
                null,
                null));
        }
        catch (InvalidOperationException)
        {
            return new(null, new(InvalidJson, $"This line {Json.HalfPair} in a name.", null, null));
        }
    }

    /// <inheritdoc/>
    public string? CustomId(ReadOnlyMemory<byte> line)
    {
        var read = new Utf8JsonReader(line.Span);
        var id = default(string);

        if (!read.Read() || read.TokenType != JsonTokenType.StartObject)
        {
            return null;
        }

        // To the end of the line: of a field that stands twice the last counts, here as when the line was checked.
        while (read.Read() && read.TokenType == JsonTokenType.PropertyName)
        {
            var isId = read.ValueTextEquals("custom_id"u8);
            read.Read();

            if (isId)
            {
                id = Text(ref read);
            }

            read.Skip();
        }

        return id;
    }

    /// <inheritdoc/>
    public async Task<LineOutcome> Order(
        AccountId account, JobId id, string endpoint, ReadOnlyMemory<byte> line, CancellationToken cancel = default)
    {
        var (ordered, refusal) = endpoint == Embeddings
            ? await OrderOfEmbeddings(line)
            : await OrderOfText(id, endpoint, line, cancel);

        if (refusal is not null)
        {
            return new LineOutcome.Refused(Refusal(refusal.ProblemDetails));
        }

        var outcome = await desk.Grains.GetGrain<IPlacementGrain>(0).Submit(
            id, account, ordered! with { IsBatch = true }, cancel);

        return outcome switch
        {
            SubmitOutcome.NotEnoughMoney => new LineOutcome.NoMoney(
                Refusal(Submitted.Refusal(outcome)!.ProblemDetails)),
            SubmitOutcome.Unsatisfiable => new LineOutcome.NoDevice(),

            // Nobody else can name this job: one that is taken is the line's, from before.
            SubmitOutcome.Accepted or SubmitOutcome.KeyTaken => new LineOutcome.Ordered(),
            _ => throw new UnreachableException(outcome.ToString()),
        };
    }

    /// <inheritdoc/>
    public async Task<LineAnswer> Answer(
        JobView ended, string endpoint, ReadOnlyMemory<byte> line, CancellationToken cancel = default)
    {
        if (Ended.Refusal(ended) is { } refusal)
        {
            return Refusal(refusal.ProblemDetails);
        }

        return new(
            StatusCodes.Status200OK,
            JsonSerializer.Serialize(
                endpoint == Embeddings
                    ? await EmbeddingList.Of(ended, Body<EmbeddingRequest>(line).Request!, blobs, cancel)
                    : Text(ended, endpoint, line),
                Words));
    }

    /// <inheritdoc/>
    public int AnswersAtOnce(string endpoint) => endpoint == Embeddings ? 1 : TextsAtOnce;

    private object Text(JobView ended, string endpoint, ReadOnlyMemory<byte> line)
    {
        var place = new ChoicePlace(0, ended);
        AnswerShape shape = Request(endpoint, line).Request switch
        {
            ChatCompletionRequest chat => new ChatShape(ended, place, tellsUsage: false, chat.Plan),
            var request => new CompletionShape(ended, place, tellsUsage: false, (CompletionRequest)request!),
        };

        return shape.Whole([ended], [ended]);
    }

    private async Task<(InferenceOrder? Order, ProblemHttpResult? Refusal)> OrderOfText(
        JobId id, string endpoint, ReadOnlyMemory<byte> line, CancellationToken cancel)
    {
        var (request, refusal) = Request(endpoint, line);
        refusal ??= request!.Stream == true ? Problems.Invalid("stream", "is not supported in a batch") : null;

        if (refusal is not null)
        {
            return (null, refusal);
        }

        // A repeat must ask for the same: what the line leaves open follows from the line's job.
        (var choices, refusal) = await TextOrders.Of(
            request! with { Marketplace = Patient(request.Marketplace) },
            id,
            desk,
            readers,
            mayBeRepeat: true,
            cancel);

        return refusal is not null ? (null, refusal)
            : choices.Count > 1
                ? (null, Problems.Invalid(
                    request.PerPrompt > 1 ? request.ManyField : request.PromptField,
                    "asks for several texts, and a line of a batch makes one: write a line for each"))
            : (choices[0].Order, null);
    }

    private async Task<(InferenceOrder? Order, ProblemHttpResult? Refusal)> OrderOfEmbeddings(
        ReadOnlyMemory<byte> line)
    {
        var (request, refusal) = Body<EmbeddingRequest>(line);

        return refusal is not null
            ? (null, refusal)
            : await EmbeddingOrders.Of(request! with { Marketplace = Patient(request.Marketplace) }, desk);
    }

    private static MarketplaceOptions Patient(MarketplaceOptions? told) => (told ?? new MarketplaceOptions()) with
    {
        DeadlineSeconds = told?.DeadlineSeconds ?? InferenceLimits.DeadlineSecondsMax,
    };

    private static LineReading Read(string endpoint, JsonElement line)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            return new(null, new(InvalidJson, "The line is no JSON object.", null, null));
        }

        var id = Text(line, "custom_id");
        var fault = id switch
        {
            null or "" => Missing("custom_id", "a text"),
            { Length: > BatchLimits.CustomIdLengthMax } => new(
                "invalid_custom_id",
                $"The custom_id has {id.Length} characters, allowed are {BatchLimits.CustomIdLengthMax}.",
                "custom_id",
                null),
            _ => Text(line, "method") is not Method ? Missing("method", $"'{Method}'")
                : Text(line, "url") is not { } url ? Missing("url", $"'{endpoint}'")
                : url != endpoint
                    ? new(
                        "mismatched_endpoint",
                        $"The url '{url}' is not the endpoint of the batch, '{endpoint}'.",
                        "url",
                        null)
                : line.TryGetProperty("body", out var body) && body.ValueKind == JsonValueKind.Object
                    ? default(BatchFault)
                    : Missing("body", "an object"),
        };

        return new(fault is null ? id : null, fault);
    }

    private static BatchFault Missing(string field, string wanted) =>
        new($"invalid_{field}", $"The field {field} must be {wanted}.", field, null);

    private static string? Text(ref Utf8JsonReader read)
    {
        try
        {
            return read.TokenType == JsonTokenType.String ? read.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement line, string field) =>
        line.TryGetProperty(field, out var value) ? Json.Text(value) : null;

    private (TextRequest? Request, ProblemHttpResult? Refusal) Request(string endpoint, ReadOnlyMemory<byte> line) =>
        endpoint == Chat ? Body<ChatCompletionRequest>(line) : Body<CompletionRequest>(line);

    private (TRequest? Request, ProblemHttpResult? Refusal) Body<TRequest>(ReadOnlyMemory<byte> line)
        where TRequest : class
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return (document.RootElement.GetProperty("body").Deserialize<TRequest>(Words), null);
        }
        catch (JsonException fault)
        {
            return (null, ProblemWriter.BadJson(fault));
        }
    }

    private LineAnswer Refusal(ProblemDetails problem) => new(
        problem.Status ?? StatusCodes.Status500InternalServerError,
        JsonSerializer.Serialize(OpenAiErrorResponse.From(problem), Words));
}
