using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Answers of <c>/v1/chat/completions</c>.</summary>
/// <param name="plan">What the model may call; null for nothing.</param>
internal sealed class ChatShape(JobView job, ChoicePlace place, bool tellsUsage, ToolPlan? plan)
    : AnswerShape(job, place, tellsUsage)
{
    private const string Prefix = "chatcmpl-";
    private const string CallPrefix = "call_";
    private const string CallsReason = "tool_calls";
    private const string StopReason = "stop";

    private readonly ToolText? _calls =
        plan is null ? null : new(plan, CallPrefix + job.Id.Value[JobId.Prefix.Length..]);

    private IReadOnlyList<ToolCall> _made = [];

    public override IReadOnlyList<ServerSentEvent> Begin => [Event(Part(new(ChatMessage.Assistant, string.Empty)))];

    public override object Whole(IReadOnlyList<JobView> shown, IReadOnlyList<JobView> made) => new ChatCompletion(
        Id(Prefix),
        "chat.completion",
        Created,
        Model,
        [.. shown.Select(Choice)],
        Usage.Of(made),
        Fingerprint,
        AnswerFacts.Of(made));

    protected override string Prose(string text) => _calls is null ? text : _calls.Add(text);

    protected override object Chunk(string text, IReadOnlyList<Token>? tokens) =>
        Part(new(null, text), ChatLogprobs.Of(tokens));

    protected override string LastProse()
    {
        (var rest, _made) = _calls?.End() ?? (string.Empty, []);
        return rest;
    }

    protected override bool IsCutOff => _made.Count > 0;

    protected override IEnumerable<object> Finish(string reason, AnswerFacts facts)
    {
        if (_made.Count > 0)
        {
            var parts = _made.Select(
                (call, at) => new ChatCompletionChunk.ChunkCall(at, call.Id, call.Type, call.Function));
            yield return Part(new(null, null, [.. parts]));
        }

        yield return Parts([new(Index, new(null, null), null, Reason(reason, _made.Count > 0))], null, facts);
    }

    protected override object Tail(Usage usage) => Parts([], usage);

    private ChatCompletion.ChatChoice Choice(JobView ended, int at)
    {
        var text = ShownText.Of(ended.Text, ended.Order.Stop);
        var (prose, calls) = plan is null ? (text, []) : ToolText.Of(plan, Id(CallPrefix, ended), text);
        var isCall = calls.Count > 0;
        var answer = new ChatCompletion.ChatAnswer(
            ChatMessage.Assistant, isCall && prose.Length == 0 ? null : prose, null, isCall ? calls : null);

        // The tokens of calls are none of the message's text.
        var tokens = isCall && ended.Tokens is { } made ? ShownTokens.Before(made, prose.Length) : TokensOf(ended);

        return new(at, answer, ChatLogprobs.Of(tokens), Reason(ended.FinishReason!, isCall));
    }

    /// <summary>A text that was cut off says so, whatever it holds.</summary>
    private static string Reason(string reason, bool isCall) => isCall && reason == StopReason ? CallsReason : reason;

    private ChatCompletionChunk Part(ChatCompletionChunk.ChunkDelta delta, ChatLogprobs? logprobs = null) =>
        Parts([new(Index, delta, logprobs, null)], null);

    private ChatCompletionChunk Parts(
        IReadOnlyList<ChatCompletionChunk.ChunkChoice> choices, Usage? usage, AnswerFacts? facts = null) =>
        new(Id(Prefix), "chat.completion.chunk", Created, Model, choices, usage, Fingerprint, facts);
}
