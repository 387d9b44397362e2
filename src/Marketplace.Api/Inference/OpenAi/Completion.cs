using System.Text.Json.Serialization;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A text gone on with, whole or a part of it as it is made.</summary>
/// <param name="Id" example="cmpl-01j9zq8k3v7r2m5x4c6b8n0t1w">The job's id after the hyphen.</param>
/// <param name="Object" example="text_completion">Always <c>text_completion</c>.</param>
/// <param name="Created" example="1795360702">Seconds of Unix time.</param>
/// <param name="Model" example="stories260K">The model asked.</param>
/// <param name="Choices">One for each text; one in a part, none in that which tells the usage.</param>
/// <param name="Usage">Tokens used; null in parts that do not tell it.</param>
/// <param name="SystemFingerprint" example="3f0c51d9a7e2-f32w-f32kv-f32acc">
/// Twelve digits of the model's id, and the arithmetic; left out where no id is known.
/// </param>
/// <param name="Marketplace">
/// The job behind it, its receipt and how it was verified; in a stream only where the text ends.
/// </param>
internal sealed record Completion(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<Completion.CompletionChoice> Choices,
    Usage? Usage,
    [property: JsonPropertyName("system_fingerprint"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? SystemFingerprint = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    AnswerFacts? Marketplace = null)
{
    /// <summary>One answer.</summary>
    /// <param name="Text" example=", there was a little girl">The text.</param>
    /// <param name="Index" example="0">Its number, from 0; the texts of one prompt follow each other.</param>
    /// <param name="Logprobs">How likely its tokens were; null unless asked for.</param>
    /// <param name="FinishReason" example="length"><c>stop</c> or <c>length</c>; null before the end.</param>
    internal sealed record CompletionChoice(
        string Text,
        int Index,
        CompletionLogprobs? Logprobs,
        [property: JsonPropertyName("finish_reason")] string? FinishReason);
}
