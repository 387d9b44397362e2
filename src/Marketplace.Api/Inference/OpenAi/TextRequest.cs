using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>
/// What OpenAI's two ways to ask for text have in common. Fields that are not known are passed over; fields that are
/// known and would change the text, and cannot be honoured, are refused by name.
/// </summary>
internal abstract record TextRequest
{
    /// <summary>Texts of one answer: each is a job, with a device of its own where there are as many.</summary>
    public const int ChoicesMax = 16;

    private const double TemperatureDefault = 1;

    /// <summary>Name of a model of the catalogue, or <c>mdl:</c> and its id; see GET /v1/models.</summary>
    public required string Model { get; init; }

    /// <summary>Tokens to generate at most; what the context leaves, unless told.</summary>
    [JsonPropertyName("max_tokens")]
    public int? MaxTokens { get; init; }

    /// <summary>
    /// 0 takes the likeliest token always, and so does less than 0.001; at most 2, 1 unless told.
    /// </summary>
    public double? Temperature { get; init; }

    /// <summary>Same seed on the same kind of device: same text. Follows from the job when left out.</summary>
    public long? Seed { get; init; }

    /// <summary>A text, or up to four, that ends the answer and is not part of it.</summary>
    public JsonElement? Stop { get; init; }

    /// <summary>Whether the answer comes as server-sent events.</summary>
    public bool? Stream { get; init; }

    /// <summary>What the stream holds besides the text.</summary>
    [JsonPropertyName("stream_options")]
    public StreamOptions? StreamOptions { get; init; }

    /// <summary>Texts of each prompt, 1 unless told; of an answer at most 16 in all.</summary>
    public int? N { get; init; }

    /// <summary>Only the likeliest tokens that have this probability together: 0 to 1, 1 unless told.</summary>
    [JsonPropertyName("top_p")]
    public double? TopP { get; init; }

    /// <summary>Only the k likeliest tokens; 0 for all.</summary>
    [JsonPropertyName("top_k")]
    public int? TopK { get; init; }

    /// <summary>Only tokens with this part of the likeliest one's probability: 0 to 1, 0 unless told.</summary>
    [JsonPropertyName("min_p")]
    public double? MinP { get; init; }

    /// <summary>Lowers the logits of tokens that the text has: -2 to 2.</summary>
    [JsonPropertyName("presence_penalty")]
    public double? PresencePenalty { get; init; }

    /// <summary>Lowers the logits of tokens for every time that the text has them: -2 to 2.</summary>
    [JsonPropertyName("frequency_penalty")]
    public double? FrequencyPenalty { get; init; }

    /// <summary>Divides the logits of tokens that prompt or text have: 0.01 to 10, 1 unless told.</summary>
    [JsonPropertyName("repetition_penalty")]
    public double? RepetitionPenalty { get; init; }

    /// <summary>Token ids, each with what is added to its logit: -100 to 100.</summary>
    [JsonPropertyName("logit_bias")]
    public IReadOnlyDictionary<string, double>? LogitBias { get; init; }

    /// <summary>Only false: a text ends where the model ends it.</summary>
    [JsonPropertyName("ignore_eos")]
    public JsonElement? IgnoreEos { get; init; }

    /// <summary>Only 0.</summary>
    [JsonPropertyName("min_tokens")]
    public JsonElement? MinTokens { get; init; }

    /// <summary>Only left out: see <c>response_format</c>.</summary>
    public JsonElement? Grammar { get; init; }

    /// <summary>Where the text may be made and what it may cost.</summary>
    public MarketplaceOptions? Marketplace { get; init; }

    /// <summary>The field that the prompt came in.</summary>
    [JsonIgnore]
    public abstract string PromptField { get; }

    /// <summary>What the model is to go on from. Ask only after <see cref="Check"/> found no fault.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<PromptInput> Prompts { get; }

    /// <summary>Texts that are made of each prompt. Ask only after <see cref="Check"/> found no fault.</summary>
    [JsonIgnore]
    public virtual int PerPrompt => N ?? 1;

    /// <summary>The field that asks for several of each.</summary>
    [JsonIgnore]
    public virtual string ManyField => "n";

    /// <summary>The token limit that was asked for, or null, and the field that it came in.</summary>
    [JsonIgnore]
    public virtual (string Field, int? Wanted) Tokens => ("max_tokens", MaxTokens);

    /// <summary>The limit where none was asked for, as far as the context has room.</summary>
    [JsonIgnore]
    public virtual int TokensUnlessTold => InferenceLimits.TokensUnlessTold;

    /// <summary>The JSON schema that the text must be of, or null. Ask only after the check found no fault.</summary>
    [JsonIgnore]
    public virtual string? Schema => null;

    /// <summary>What takes the schema's place when texts cannot be held to it; null when nothing may.</summary>
    public virtual Task<string?> Loosened(ISchemaReader schemas) => Task.FromResult<string?>(null);

    /// <summary>The field that the schema came in.</summary>
    [JsonIgnore]
    public virtual string SchemaField => string.Empty;

    /// <summary>
    /// Of how many of the likeliest tokens the probability was asked for besides the chosen one's; null for none.
    /// </summary>
    [JsonIgnore]
    public abstract int? LogprobsWanted { get; }

    /// <summary>Whether log-probabilities of the prompt are told.</summary>
    [JsonIgnore]
    public virtual bool TellsPrompt => false;

    /// <summary>Whether devices are asked for log-probabilities.</summary>
    [JsonIgnore]
    protected virtual bool TellsLogprobs => LogprobsWanted is not null;

    /// <summary>The fields that are read as JSON, whose texts nobody has looked at yet.</summary>
    [JsonIgnore]
    protected virtual IEnumerable<(string Field, JsonElement? Value)> Unread =>
        [("stop", Stop), ("ignore_eos", IgnoreEos), ("min_tokens", MinTokens), ("grammar", Grammar)];

    /// <summary>Adds what only one of the two ways can get wrong.</summary>
    protected abstract void CheckPrompt(Faults faults);

    public Faults Check()
    {
        var faults = new Faults();

        foreach (var (field, _) in Unread.Where(one => one.Value is { } value && !Json.IsWhole(value)))
        {
            faults.Add(field, Json.HalfPair);
        }

        if (faults.Any)
        {
            return faults;
        }

        if (!ModelReference.IsOne(Model))
        {
            faults.Add("model", ModelReference.Wanted);
        }

        if (Temperature is { } heat && (double.IsNaN(heat) || heat is < 0 or > InferenceLimits.TemperatureMax))
        {
            faults.Add("temperature", $"is {heat}, allowed are 0 to {InferenceLimits.TemperatureMax}");
        }

        if (Tokens is (var limit, { } wanted))
        {
            // What is told of a prompt may be all that is wanted.
            faults.Range(limit, wanted, TellsPrompt ? 0 : 1, TellsLogprobs
                ? InferenceLimits.TokensWithLogprobsMax
                : InferenceLimits.TokensMax);
        }

        faults.Range("n", N ?? 1, 1, ChoicesMax);
        UnsupportedFields.Check(this, faults);
        SamplingFields.Check(this, faults);
        Only(faults, "stream_options", StreamOptions is null || Stream == true, "none without stream");
        StopList.Check(Stop, faults);
        Marketplace?.Check(faults);
        CheckPrompt(faults);
        return faults;
    }

    /// <summary>Of the texts that were made, those that the answer shows.</summary>
    public virtual IReadOnlyList<JobView> Shown(IReadOnlyList<JobView> made) => made;

    /// <summary>The order of a text of one prompt, once nothing is wrong.</summary>
    public virtual InferenceOrder ToOrder(
        ModelView model, PromptInput prompt, int tokens, ulong seed, string? schema, ApiOptions options)
    {
        var order = new CreateJobRequest(
            Model,
            prompt.Text,
            tokens,
            Temperature ?? TemperatureDefault,
            seed,
            Marketplace?.MaxPrice,
            Marketplace?.Region,
            Marketplace?.DeviceClass,
            Marketplace?.DeadlineSeconds ?? InferenceLimits.DeadlineSecondsDefault,
            Marketplace?.Providers,
            Marketplace?.Verification).ToOrder(model, options);

        return order with
        {
            Tokens = prompt.Tokens is { } ids ? new(ids) : null,
            Stop = StopList.Read(Stop),
            Sampling = SamplingFields.Read(this),
            Logprobs = LogprobsWanted,
            Schema = schema,
        };
    }

    protected static void Only(Faults faults, string field, bool isAllowed, string allowed)
    {
        if (!isAllowed)
        {
            faults.Add(field, $"is not supported with this value; allowed: {allowed}");
        }
    }
}
