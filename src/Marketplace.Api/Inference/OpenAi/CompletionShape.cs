using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Answers of <c>/v1/completions</c>.</summary>
internal sealed class CompletionShape(JobView job, ChoicePlace place, bool tellsUsage, CompletionRequest request)
    : AnswerShape(job, place, tellsUsage)
{
    private int _offset;

    public override IReadOnlyList<ServerSentEvent> Begin =>
        Told(Job).Length > 0 ? [Event(Answer([new(Told(Job), Index, null, null)], null))] : [];

    public override object Whole(IReadOnlyList<JobView> shown, IReadOnlyList<JobView> made) => Answer(
        [
            .. shown.Select((ended, at) => new Completion.CompletionChoice(
                Told(ended) + ShownText.Of(ended.Text, ended.Order.Stop),
                at,
                CompletionLogprobs.Of(ToldOf(ended), offset: 0),
                ended.FinishReason)),
        ],
        Usage.Of(made),
        AnswerFacts.Of(made));

    protected override object Chunk(string text, IReadOnlyList<Token>? tokens)
    {
        var logprobs = CompletionLogprobs.Of(tokens, _offset);
        _offset += tokens?.Sum(token => token.Text.Length) ?? 0;
        return Answer([new(text, Index, logprobs, null)], null);
    }

    protected override IEnumerable<object> Finish(string reason, AnswerFacts facts) =>
        [Answer([new(string.Empty, Index, null, reason)], null, facts)];

    protected override object Tail(Usage usage) => Answer([], usage);

    /// <summary>
    /// The tokens that log-probabilities are told of, an echoed prompt's first; null where nobody asked.
    /// </summary>
    private IReadOnlyList<Token>? ToldOf(JobView ended) =>
        request.LogprobsWanted is null || TokensOf(ended) is not { } made ? null : [.. ended.Prompt ?? [], .. made];

    /// <summary>The prompt, where it is to stand before the text.</summary>
    private string Told(JobView job) => request.Echo == true ? job.Order.Prompt : string.Empty;

    private Completion Answer(
        IReadOnlyList<Completion.CompletionChoice> choices, Usage? usage, AnswerFacts? facts = null) =>
        new(Id("cmpl-"), "text_completion", Created, Model, choices, usage, Fingerprint, facts);
}
