using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Asks for the next message of a conversation.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record ChatCompletionRequest : TextRequest
{
    /// <summary>Messages of one conversation.</summary>
    public const int MessagesMax = 1_000;

    /// <summary>The conversation so far, the oldest first.</summary>
    public required IReadOnlyList<ChatMessage> Messages { get; init; }

    /// <summary>As <c>max_tokens</c>, which it goes before.</summary>
    [JsonPropertyName("max_completion_tokens")]
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Whether the tokens' log-probabilities are told.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>Of how many of the likeliest tokens besides; 0 to 20, and only with <c>logprobs</c>.</summary>
    [JsonPropertyName("top_logprobs")]
    public int? TopLogprobs { get; init; }

    /// <summary>
    /// <c>text</c>, <c>json_object</c>, or <c>json_schema</c> with a schema that the answer is held to token by token.
    /// </summary>
    [JsonPropertyName("response_format")]
    public JsonElement? ResponseFormat { get; init; }

    /// <summary>Functions that the model may call.</summary>
    public IReadOnlyList<ToolDefinition>? Tools { get; init; }

    /// <summary><c>none</c>, <c>auto</c>, <c>required</c>, or the function that must be called.</summary>
    [JsonPropertyName("tool_choice")]
    public JsonElement? ToolChoice { get; init; }

    /// <summary>What the model may or must call; null for nothing. Ask only after the check found no fault.</summary>
    [JsonIgnore]
    public ToolPlan? Plan => (_plan ??= new(() => ToolPlan.Of(Tools, ToolChoice))).Value;

    public override string PromptField => "messages";

    public override string PromptText => _prompt ??= ChatPrompt.Render(Family, Messages, Plan);

    /// <summary>How the model's family writes a conversation; ChatML until the model is known.</summary>
    [JsonIgnore]
    public string Family
    {
        get;
        init
        {
            // A copy brings the prompt of the family before along.
            (field, _prompt) = (value, null);
        }
    } = ChatFamily.ChatMl;

    public override int? TokensWanted => MaxCompletionTokens ?? MaxTokens;

    public override string? Schema => Plan is { IsForced: true } plan
        ? plan.Schema
        : OpenAi.ResponseFormat.Read(ResponseFormat);

    public override string? LooseSchema => Plan is { IsForced: true } plan ? plan.LooseSchema : null;

    public override string SchemaField => Plan is null ? OpenAi.ResponseFormat.SchemaField : "tools";

    public override int? LogprobsWanted => Logprobs == true ? TopLogprobs ?? 0 : null;

    // Both are asked for several times while one request is answered.
    private Lazy<ToolPlan?>? _plan;
    private string? _prompt;

    protected override void CheckPrompt(Faults faults)
    {
        faults.Range("top_logprobs", TopLogprobs ?? 0, 0, InferenceLimits.LogprobsMax);
        Only(faults, "top_logprobs", TopLogprobs is null || Logprobs == true, "none without logprobs");
        faults.Range(PromptField, Messages.Count, 1, MessagesMax);

        for (var at = 0; at < Messages.Count; at++)
        {
            Messages[at].Check($"messages[{at}]", faults);
        }

        OpenAi.ResponseFormat.Check(ResponseFormat, faults);
        ToolPlan.Check(Tools, ToolChoice, faults);

        if (!faults.Any && Plan is not null)
        {
            Only(faults, "response_format", OpenAi.ResponseFormat.Read(ResponseFormat) is null, "text, beside tools");
            Only(faults, "logprobs", LogprobsWanted is null, "none, beside tools");
        }

        if (!faults.Any && Encoding.UTF8.GetByteCount(PromptText) is var bytes and > InferenceLimits.PromptBytesMax)
        {
            faults.Add(PromptField, $"make {bytes} bytes of prompt, allowed are {InferenceLimits.PromptBytesMax}");
        }
    }
}
