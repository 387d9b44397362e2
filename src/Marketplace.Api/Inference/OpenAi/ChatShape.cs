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

    private readonly HeldText? _held = job.Order.Calls is { } form ? new(form) : null;

    private readonly ToolText? _calls = plan is null || job.Order.Calls is not null
        ? null
        : new(plan, CallPrefix + job.Id.Value[JobId.Prefix.Length..]);

    private readonly List<ChatCompletionChunk.ChunkCall> _untold = [];
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

    protected override string Prose(string text)
    {
        if (_held is null)
        {
            return _calls is null ? text : _calls.Add(text);
        }

        var (prose, pieces) = _held.Add(text);
        _untold.AddRange(pieces.Select(Untold));
        return prose;
    }

    protected override object Chunk(string text, IReadOnlyList<Token>? tokens)
    {
        IReadOnlyList<ChatCompletionChunk.ChunkCall>? calls = _untold.Count > 0 ? [.. _untold] : null;
        _untold.Clear();
        return Part(new(null, text.Length == 0 && calls is not null ? null : text, calls), ChatLogprobs.Of(tokens));
    }

    protected override string LastProse()
    {
        if (_held is not null)
        {
            return _held.End();
        }

        (var rest, _made) = _calls?.End() ?? (string.Empty, []);
        return rest;
    }

    protected override bool HasMore => _untold.Count > 0;

    protected override bool IsCutOff => HasCalls;

    private bool HasCalls => _held?.HasCalls ?? _made.Count > 0;

    protected override IEnumerable<object> Finish(string reason, AnswerFacts facts)
    {
        if (_made.Count > 0)
        {
            var parts = _made.Select(
                (call, at) => new ChatCompletionChunk.ChunkCall(
                    at, call.Id, call.Type, new(call.Function.Name, call.Function.Arguments)));
            yield return Part(new(null, null, [.. parts]));
        }

        yield return Parts([new(Index, new(null, null), null, Reason(reason, HasCalls))], null, facts);
    }

    protected override object Tail(Usage usage) => Parts([], usage);

    private ChatCompletion.ChatChoice Choice(JobView ended, int at)
    {
        var text = ShownText.Of(ended.Text, ended.Order.Stop);
        var (prose, calls) = ended.Order.Calls is { } form ? HeldText.Of(form, Id(CallPrefix, ended), text)
            : plan is null ? (text, [])
            : ToolText.Of(plan, Id(CallPrefix, ended), text);
        var isCall = calls.Count > 0;
        var answer = new ChatCompletion.ChatAnswer(
            ChatMessage.Assistant, isCall && prose.Length == 0 ? null : prose, null, isCall ? calls : null);

        // The tokens of calls are none of the message's text.
        var tokens = isCall && ended.Tokens is { } made ? ShownTokens.Before(made, prose.Length) : TokensOf(ended);

        return new(at, answer, ChatLogprobs.Of(tokens), Reason(ended.FinishReason!, isCall));
    }

    /// <summary>A piece of a call as a stream tells it: who it is comes with the first.</summary>
    private ChatCompletionChunk.ChunkCall Untold(CallPiece piece) => piece.Name is null
        ? new(piece.Number, null, null, new(null, piece.Arguments))
        : new(
            piece.Number,
            HeldText.CallId(Id(CallPrefix, Job), piece.Number),
            ToolCall.FunctionType,
            new(piece.Name, piece.Arguments));

    /// <summary>A text that was cut off says so, whatever it holds.</summary>
    private static string Reason(string reason, bool isCall) => isCall && reason == StopReason ? CallsReason : reason;

    private ChatCompletionChunk Part(ChatCompletionChunk.ChunkDelta delta, ChatLogprobs? logprobs = null) =>
        Parts([new(Index, delta, logprobs, null)], null);

    private ChatCompletionChunk Parts(
        IReadOnlyList<ChatCompletionChunk.ChunkChoice> choices, Usage? usage, AnswerFacts? facts = null) =>
        new(Id(Prefix), "chat.completion.chunk", Created, Model, choices, usage, Fingerprint, facts);
}
