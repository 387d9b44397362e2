using Marketplace.Api.Http;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Answers of <c>/v1/chat/completions</c>.</summary>
internal sealed class ChatShape(JobView job, bool tellsUsage) : AnswerShape(job, tellsUsage)
{
    private const string Prefix = "chatcmpl-";
    private const string Assistant = "assistant";

    public override IReadOnlyList<ServerSentEvent> Begin => [Event(Part(new(Assistant, string.Empty), null))];

    public override object Whole(JobView ended) => new ChatCompletion(
        Id(Prefix),
        "chat.completion",
        Created,
        Job.Order.Model,
        [new(0, new(Assistant, ShownText.Of(ended.Text, Job.Order.Stop), null), null, ended.FinishReason!)],
        UsageOf(ended));

    protected override object Chunk(string? text, string? finishReason, Usage? usage) =>
        usage is null ? Part(new(null, text), finishReason) : Parts([], usage);

    private ChatCompletionChunk Part(ChatCompletionChunk.ChunkDelta delta, string? finishReason) =>
        Parts([new(0, delta, null, finishReason)], null);

    private ChatCompletionChunk Parts(IReadOnlyList<ChatCompletionChunk.ChunkChoice> choices, Usage? usage) =>
        new(Id(Prefix), "chat.completion.chunk", Created, Job.Order.Model, choices, usage);
}
