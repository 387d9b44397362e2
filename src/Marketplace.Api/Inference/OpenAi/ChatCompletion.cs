using System.Text.Json.Serialization;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>The next message of a conversation.</summary>
/// <param name="Id" example="chatcmpl-01j9zq8k3v7r2m5x4c6b8n0t1w">The job's id after the hyphen.</param>
/// <param name="Object" example="chat.completion">Always <c>chat.completion</c>.</param>
/// <param name="Created" example="1795360702">Seconds of Unix time.</param>
/// <param name="Model" example="stories260K">The model asked.</param>
/// <param name="Choices">One for each text.</param>
/// <param name="Usage">Tokens used.</param>
/// <param name="SystemFingerprint" example="3f0c51d9a7e2-f32w-f32kv-f32acc">
/// Twelve digits of the model's id, and the arithmetic; left out where no id is known.
/// </param>
/// <param name="Marketplace">The job behind it, its receipt and how it was verified.</param>
internal sealed record ChatCompletion(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<ChatCompletion.ChatChoice> Choices,
    Usage Usage,
    [property: JsonPropertyName("system_fingerprint"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? SystemFingerprint = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    AnswerFacts? Marketplace = null)
{
    /// <summary>One answer.</summary>
    /// <param name="Index" example="0">Its number, from 0.</param>
    /// <param name="Message">The message.</param>
    /// <param name="Logprobs">How likely its tokens were; null unless asked for.</param>
    /// <param name="FinishReason" example="stop"><c>stop</c>, <c>length</c> or <c>tool_calls</c>.</param>
    internal sealed record ChatChoice(
        int Index,
        ChatAnswer Message,
        ChatLogprobs? Logprobs,
        [property: JsonPropertyName("finish_reason")] string FinishReason);

    /// <summary>What the assistant says.</summary>
    /// <param name="Role" example="assistant">Always <c>assistant</c>.</param>
    /// <param name="Content" example="But she couldn't">The text; null where there are only calls.</param>
    /// <param name="Refusal">Always null.</param>
    /// <param name="ToolCalls">The calls it wants made; left out where there are none.</param>
    internal sealed record ChatAnswer(
        string Role,
        string? Content,
        string? Refusal,
        [property: JsonPropertyName("tool_calls"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<ToolCall>? ToolCalls = null);
}
