using System.Text.Json.Serialization;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>A part of a message as it is made; what stands behind it comes with the finish reason.</summary>
internal sealed record ChatCompletionChunk(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<ChatCompletionChunk.ChunkChoice> Choices,
    Usage? Usage,
    [property: JsonPropertyName("system_fingerprint"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    string? SystemFingerprint = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    AnswerFacts? Marketplace = null)
{
    /// <summary>What is new of one text.</summary>
    internal sealed record ChunkChoice(
        int Index,
        ChunkDelta Delta,
        ChatLogprobs? Logprobs,
        [property: JsonPropertyName("finish_reason")] string? FinishReason);

    /// <summary>The role comes first and alone, then the text.</summary>
    internal sealed record ChunkDelta(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Role,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Content,
        [property: JsonPropertyName("tool_calls"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        IReadOnlyList<ChunkCall>? ToolCalls = null);

    /// <summary>A call, whole or what is new of it: then id, type and name come with the first piece alone.</summary>
    internal sealed record ChunkCall(
        int Index,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Type,
        ChunkFunction Function);

    /// <summary>A function, and what is new of its arguments.</summary>
    internal sealed record ChunkFunction(
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Name, string Arguments);
}
