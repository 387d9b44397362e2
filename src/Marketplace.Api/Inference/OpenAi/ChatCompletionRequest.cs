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

    /// <summary>The field that functions come in.</summary>
    public const string ToolsField = "tools";

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
    /// <c>text</c>, <c>json_object</c>, or <c>json_schema</c> with a schema that the answer is held to token by token;
    /// where none can be held to it, to its type alone, unless it is <c>strict</c>. Beside tools, of an answer that is
    /// no calls.
    /// </summary>
    [JsonPropertyName("response_format")]
    public JsonElement? ResponseFormat { get; init; }

    /// <summary>Functions that the model may call.</summary>
    public IReadOnlyList<ToolDefinition>? Tools { get; init; }

    /// <summary><c>none</c>, <c>auto</c>, <c>required</c>, or the function that must be called.</summary>
    [JsonPropertyName("tool_choice")]
    public JsonElement? ToolChoice { get; init; }

    /// <summary>False for one call at most in an answer; one that is named is one in any case.</summary>
    [JsonPropertyName("parallel_tool_calls")]
    public bool? ParallelToolCalls { get; init; }

    /// <summary>
    /// Further values for the model's chat template, such as <c>{"enable_thinking": false}</c>: texts, numbers and
    /// booleans. What the template does not read changes nothing.
    /// </summary>
    [JsonPropertyName("chat_template_kwargs")]
    public JsonElement? ChatTemplateKwargs { get; init; }

    /// <summary>Only left out: see <c>tools</c>.</summary>
    public JsonElement? Functions { get; init; }

    /// <summary>Only left out: see <c>tool_choice</c>.</summary>
    [JsonPropertyName("function_call")]
    public JsonElement? FunctionCall { get; init; }

    /// <summary>Only <c>["text"]</c>.</summary>
    public JsonElement? Modalities { get; init; }

    /// <summary>Only left out.</summary>
    public JsonElement? Audio { get; init; }

    /// <summary>Only left out.</summary>
    public JsonElement? Prediction { get; init; }

    /// <summary>Only left out.</summary>
    [JsonPropertyName("web_search_options")]
    public JsonElement? WebSearchOptions { get; init; }

    /// <summary>What the model may or must call; null for nothing. Ask only after the check found no fault.</summary>
    [JsonIgnore]
    public ToolPlan? Plan => (_plan ??= new(NewPlan)).Value;

    public override string PromptField => "messages";

    public override IReadOnlyList<PromptInput> Prompts => [new(PromptField, PromptText)];

    /// <summary>What the model's template made of the messages.</summary>
    [JsonIgnore]
    public string PromptText => _prompt
        ?? throw new InvalidOperationException("The prompt follows from the model's template: see ChatWriter.");

    public override (string Field, int? Wanted) Tokens =>
        MaxCompletionTokens is { } wanted ? ("max_completion_tokens", wanted) : base.Tokens;

    public override string? Schema => Plan is { IsForced: true } plan
        ? plan.Schema
        : OpenAi.ResponseFormat.Read(ResponseFormat);

    public override Task<string?> Loosened(ISchemaReader schemas) => Plan is { IsForced: true } plan
        ? plan.Loosened(schemas)
        : OpenAi.ResponseFormat.Loosened(ResponseFormat, schemas);

    public override string SchemaField => Plan is { IsForced: true } ? ToolsField : OpenAi.ResponseFormat.SchemaField;

    public override int? LogprobsWanted => Logprobs == true ? TopLogprobs ?? 0 : null;

    // Both are asked for several times while one request is answered.
    private Lazy<ToolPlan?>? _plan;
    private string? _prompt;

    /// <summary>The same with its prompt.</summary>
    /// <param name="prompt">As the model's template writes it.</param>
    /// <param name="calls">How the model writes calls; null where there is none to write.</param>
    public ChatCompletionRequest WithPrompt(string prompt, CallForm? calls)
    {
        var plan = Plan is { } told && calls is not null ? told with { Form = calls } : Plan;
        return this with { _prompt = prompt, _plan = new(() => plan) };
    }

    protected override IEnumerable<(string Field, JsonElement? Value)> Unread =>
    [
        .. base.Unread,
        ("response_format", ResponseFormat),
        ("tool_choice", ToolChoice),
        ("chat_template_kwargs", ChatTemplateKwargs),
        ("modalities", Modalities),
        .. Messages.Select((message, at) => ($"messages[{at}].content", message.Content)),
        .. (Tools ?? []).Select((tool, at) => ($"tools[{at}].function.parameters", tool.Function.Parameters)),
    ];

    protected override void CheckPrompt(Faults faults)
    {
        UnsupportedFields.Check(this, faults);
        TemplateValues.Check(ChatTemplateKwargs, faults);
        faults.Range("top_logprobs", TopLogprobs ?? 0, 0, InferenceLimits.LogprobsMax);
        Only(faults, "top_logprobs", TopLogprobs is null || Logprobs == true, "none without logprobs");
        faults.Range(PromptField, Messages.Count, 1, MessagesMax);

        for (var at = 0; at < Messages.Count; at++)
        {
            Messages[at].Check($"messages[{at}]", faults);
        }

        OpenAi.ResponseFormat.Check(ResponseFormat, faults);
        ToolPlan.Check(Tools, ToolChoice, faults);
    }

    private ToolPlan? NewPlan()
    {
        var plan = ToolPlan.Of(Tools, ToolChoice);
        return ParallelToolCalls == false && plan is not null ? plan with { CallsMax = 1 } : plan;
    }
}
