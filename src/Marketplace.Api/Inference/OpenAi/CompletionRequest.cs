using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Asks for a text to be gone on with.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record CompletionRequest : TextRequest
{
    /// <summary>What OpenAI takes when nothing is told.</summary>
    private const int TokensDefault = 16;

    /// <summary>
    /// What to go on from: a text, a list of token ids, or a list of either, of which each is gone on with. A text may
    /// be empty.
    /// </summary>
    public required JsonElement Prompt { get; init; }

    /// <summary>
    /// Of how many of the likeliest tokens log-probabilities are told, 0 to 20, beside <c>echo</c> 0 to 5; null tells
    /// none.
    /// </summary>
    public int? Logprobs { get; init; }

    /// <summary>
    /// Whether the prompt stands before the text; beside <c>logprobs</c> with those of its tokens, of which it then has
    /// 8,192 at most.
    /// </summary>
    public bool? Echo { get; init; }

    /// <summary>What stands behind the gap that is to be filled; only of models of code that fill gaps.</summary>
    public string? Suffix { get; init; }

    /// <summary>
    /// Texts that are made of each prompt, of which the <c>n</c> with the likeliest tokens are shown; <c>n</c> unless
    /// told.
    /// </summary>
    [JsonPropertyName("best_of")]
    public int? BestOf { get; init; }

    public override string PromptField => CompletionPrompts.Field;

    public override IReadOnlyList<PromptInput> Prompts => CompletionPrompts.Read(Prompt, new());

    public override int PerPrompt => BestOf ?? base.PerPrompt;

    public override int TokensUnlessTold => TokensDefault;

    public override int? LogprobsWanted => Logprobs;

    /// <summary>Whether log-probabilities of the prompt are told.</summary>
    [JsonIgnore]
    public override bool TellsPrompt => Echo == true && Logprobs is not null;

    protected override IEnumerable<(string Field, JsonElement? Value)> Unread =>
        [.. base.Unread, (PromptField, Prompt)];

    // How likely their tokens were is what the texts are ranked by.
    public override InferenceOrder ToOrder(
        ModelView model, PromptInput prompt, int tokens, ulong seed, string? schema, ApiOptions options) =>
        base.ToOrder(model, prompt, tokens, seed, schema, options) with
        {
            Logprobs = TellsLogprobs ? LogprobsWanted ?? 0 : null,
            TellsPrompt = TellsPrompt,
        };

    public override IReadOnlyList<JobView> Shown(IReadOnlyList<JobView> made) => PerPrompt == Kept
        ? made
        : [.. made.Chunk(PerPrompt).SelectMany(ofPrompt => ofPrompt.OrderByDescending(Likelihood).Take(Kept))];

    public override string ManyField => N > 1 ? base.ManyField : "best_of";

    protected override bool TellsLogprobs => base.TellsLogprobs || PerPrompt > Kept;

    private int Kept => N ?? 1;

    protected override void CheckPrompt(Faults faults)
    {
        faults.Range(
            "logprobs",
            Logprobs ?? 0,
            0,
            TellsPrompt ? InferenceLimits.PromptLogprobsMax : InferenceLimits.LogprobsMax);
        var prompts = CompletionPrompts.Read(Prompt, faults);
        Only(
            faults,
            "stream",
            Stream != true || !TellsPrompt,
            "false, beside echo and logprobs: what is told of the prompt comes with the text's end");
        Only(faults, "echo", Echo is not true || string.IsNullOrEmpty(Suffix), "false, beside suffix");
        Only(
            faults,
            "suffix",
            string.IsNullOrEmpty(Suffix) || prompts.All(prompt => prompt.Tokens is null),
            "none, beside token ids");
        faults.Range("best_of", BestOf ?? Kept, Kept, ChoicesMax);
        Only(faults, "best_of", Stream != true || PerPrompt <= Kept, "n, in a stream: what was told stays");

        if (!faults.Any && prompts.Count * PerPrompt is var count and > ChoicesMax)
        {
            faults.Add(PromptField, $"asks for {count} texts, {PerPrompt} of each; allowed are {ChoicesMax} in all");
        }
    }

    /// <summary>The mean of the tokens' log-probabilities, as their devices tell them.</summary>
    private static double Likelihood(JobView text) => text.Tokens is { Count: > 0 } tokens
        ? tokens.Average(token => (double)token.Probabilities![0].Logprob)
        : double.NegativeInfinity;
}
