using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Answers of <c>/v1/chat/completions</c>.</summary>
internal sealed class ChatShape(JobView job, bool tellsUsage) : AnswerShape(job, tellsUsage)
{
    private const string Prefix = "chatcmpl-";
    private const string Assistant = "assistant";

    public override IReadOnlyList<ServerSentEvent> Begin => [Event(Part(new(Assistant, string.Empty)))];

    public override object Whole(JobView ended) => new ChatCompletion(
        Id(Prefix),
        "chat.completion",
        Created,
        Job.Order.Model,
        [
            new(
                0,
                new(Assistant, ShownText.Of(ended.Text, Job.Order.Stop), null),
                ChatLogprobs.Of(TokensOf(ended)),
                ended.FinishReason!),
        ],
        UsageOf(ended));

    protected override object Chunk(string text, IReadOnlyList<Token>? tokens) =>
        Part(new(null, text), ChatLogprobs.Of(tokens));

    protected override object Finish(string reason) => Part(new(null, null), null, reason);

    protected override object Tail(Usage usage) => Parts([], usage);

    private ChatCompletionChunk Part(
        ChatCompletionChunk.ChunkDelta delta, ChatLogprobs? logprobs = null, string? finishReason = null) =>
        Parts([new(0, delta, logprobs, finishReason)], null);

    private ChatCompletionChunk Parts(IReadOnlyList<ChatCompletionChunk.ChunkChoice> choices, Usage? usage) =>
        new(Id(Prefix), "chat.completion.chunk", Created, Job.Order.Model, choices, usage);
}
