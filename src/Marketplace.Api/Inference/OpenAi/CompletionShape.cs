using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>Answers of <c>/v1/completions</c>.</summary>
internal sealed class CompletionShape(JobView job, bool tellsUsage) : AnswerShape(job, tellsUsage)
{
    public override object Whole(JobView ended) =>
        Completion(ShownText.Of(ended.Text, Job.Order.Stop), ended.FinishReason, UsageOf(ended));

    protected override object Chunk(string? text, string? finishReason, Usage? usage) =>
        usage is null ? Completion(text ?? string.Empty, finishReason, null) : Completion([], usage);

    private Completion Completion(string text, string? finishReason, Usage? usage) =>
        Completion([new(text, 0, null, finishReason)], usage);

    private Completion Completion(IReadOnlyList<Completion.CompletionChoice> choices, Usage? usage) =>
        new(Id("cmpl-"), "text_completion", Created, Job.Order.Model, choices, usage);
}
