using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Answers of <c>/v1/completions</c>.</summary>
internal sealed class CompletionShape(JobView job, bool tellsUsage) : AnswerShape(job, tellsUsage)
{
    private int _offset;

    public override object Whole(JobView ended) => Answer(
        [
            new(
                ShownText.Of(ended.Text, Job.Order.Stop),
                0,
                CompletionLogprobs.Of(TokensOf(ended), offset: 0),
                ended.FinishReason),
        ],
        UsageOf(ended),
        AnswerFacts.Of(ended));

    protected override object Chunk(string text, IReadOnlyList<Token>? tokens)
    {
        var logprobs = CompletionLogprobs.Of(tokens, _offset);
        _offset += tokens?.Sum(token => token.Text.Length) ?? 0;
        return Answer([new(text, 0, logprobs, null)], null);
    }

    protected override IEnumerable<object> Finish(string reason, AnswerFacts facts) =>
        [Answer([new(string.Empty, 0, null, reason)], null, facts)];

    protected override object Tail(Usage usage) => Answer([], usage);

    private Completion Answer(
        IReadOnlyList<Completion.CompletionChoice> choices, Usage? usage, AnswerFacts? facts = null) =>
        new(Id("cmpl-"), "text_completion", Created, Job.Order.Model, choices, usage, Fingerprint, facts);
}
