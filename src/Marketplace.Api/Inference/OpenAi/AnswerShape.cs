using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>How one answer is written: whole, or in chunks.</summary>
internal abstract class AnswerShape(JobView job, bool tellsUsage)
{
    private const string Done = "[DONE]";
    private readonly ShownText _shown = new(job.Order.Stop);

    protected JobView Job => job;

    protected long Created => job.CreatedAt.ToUnixTimeSeconds();

    /// <summary>The job's id with OpenAI's prefix in place of ours.</summary>
    protected string Id(string prefix) => prefix + job.Id.Value[JobId.Prefix.Length..];

    /// <summary>The whole answer of a job that succeeded.</summary>
    public abstract object Whole(JobView ended);

    /// <summary>Events before the text.</summary>
    public virtual IReadOnlyList<ServerSentEvent> Begin => [];

    /// <summary>The event that a happening is told by; it may tell nothing.</summary>
    public ServerSentEvent? Tell(JobEvent happened, int after)
    {
        if (happened is not JobEvent.TokenMade made || made.Number <= after)
        {
            return null;
        }

        var text = _shown.Add(made.Token.Text);
        return new(null, made.Number, text.Length == 0 ? null : Chunk(text, null, null), IsIdTold: false);
    }

    /// <summary>The last events of a job that is over.</summary>
    public IReadOnlyList<ServerSentEvent> End(JobView ended)
    {
        if (Ended.Refusal(ended) is { } refusal)
        {
            return [Event(OpenAiErrorResponse.From(refusal.ProblemDetails))];
        }

        var rest = _shown.End();
        List<ServerSentEvent> events = rest.Length > 0 ? [Event(Chunk(rest, null, null))] : [];
        events.Add(Event(Chunk(null, ended.FinishReason, null)));

        if (tellsUsage)
        {
            events.Add(Event(Chunk(null, null, UsageOf(ended))));
        }

        events.Add(Event(Done));
        return events;
    }

    protected static Usage UsageOf(JobView ended) => Usage.Of(ended.PromptTokens, ended.OutputTokens);

    protected static ServerSentEvent Event(object data) => new(null, null, data);

    /// <summary>One chunk: text, an end, or the usage alone.</summary>
    protected abstract object Chunk(string? text, string? finishReason, Usage? usage);
}
