using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Asks for a text to be gone on with.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record CompletionRequest : TextRequest
{
    /// <summary>What OpenAI takes when nothing is told.</summary>
    private const int TokensDefault = 16;

    /// <summary>The text to go on from, or a list of one; may be empty.</summary>
    public required JsonElement Prompt { get; init; }

    /// <summary>Of how many of the likeliest tokens log-probabilities are told, 0 to 20; null tells none.</summary>
    public int? Logprobs { get; init; }

    /// <summary>Only false.</summary>
    public bool? Echo { get; init; }

    /// <summary>Only left out or empty.</summary>
    public string? Suffix { get; init; }

    /// <summary>Only 1.</summary>
    [JsonPropertyName("best_of")]
    public int? BestOf { get; init; }

    public override string PromptField => "prompt";

    public override string PromptText => TextOf(Prompt)!;

    public override int TokensUnlessTold => TokensDefault;

    public override int? LogprobsWanted => Logprobs;

    protected override IEnumerable<(string Field, JsonElement? Value)> Unread =>
        base.Unread.Append((PromptField, Prompt));

    protected override void CheckPrompt(Faults faults)
    {
        faults.Range("logprobs", Logprobs ?? 0, 0, InferenceLimits.LogprobsMax);
        Only(faults, "echo", Echo is not true, "false");
        Only(faults, "suffix", string.IsNullOrEmpty(Suffix), "none");
        Only(faults, "best_of", BestOf is null or 1, "1");

        if (TextOf(Prompt) is not { } text)
        {
            faults.Add(PromptField, "must be a text, or a list of one text");
        }
        else if (Encoding.UTF8.GetByteCount(text) is var bytes and > InferenceLimits.PromptBytesMax)
        {
            faults.Add(PromptField, $"has {bytes} bytes, allowed are {InferenceLimits.PromptBytesMax}");
        }
    }

    private static string? TextOf(JsonElement prompt) => prompt.ValueKind switch
    {
        JsonValueKind.String => prompt.GetString(),
        JsonValueKind.Array when prompt.GetArrayLength() == 1 => TextOf(prompt[0]),
        _ => null,
    };
}
