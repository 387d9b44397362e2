using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference.OpenAi;

/// <summary>How one text of an answer is written in chunks, and by that of the first one the whole answer.</summary>
/// <param name="job">The text's job.</param>
/// <param name="place">Which of the answer's texts it is.</param>
/// <param name="tellsUsage">Whether a stream tells what was used.</param>
internal abstract class AnswerShape(JobView job, ChoicePlace place, bool tellsUsage)
{
    private const string Done = "[DONE]";
    private readonly ShownText _shown = new(job.Order.Stop);
    private readonly ShownTokens? _tokens = job.Order.Logprobs is null ? null : new();

    protected JobView Job => job;

    protected int Index => place.Index;

    protected string Model => place.First.Order.Model;

    protected long Created => place.First.CreatedAt.ToUnixTimeSeconds();

    /// <summary>Which model made the text, in what arithmetic; null where no weights did.</summary>
    protected string? Fingerprint => place.First.Order.Identity?.Fingerprint();

    /// <summary>The id of a job, that of the answer unless told, with OpenAI's prefix in place of ours.</summary>
    protected string Id(string prefix, JobView? of = null) =>
        prefix + (of ?? place.First).Id.Value[JobId.Prefix.Length..];

    /// <summary>The whole answer.</summary>
    /// <param name="shown">The texts that it shows, all of which succeeded.</param>
    /// <param name="made">All that were made for it.</param>
    public abstract object Whole(IReadOnlyList<JobView> shown, IReadOnlyList<JobView> made);

    /// <summary>Events before the text.</summary>
    public virtual IReadOnlyList<ServerSentEvent> Begin => [];

    /// <summary>The event that a happening is told by; it may tell nothing.</summary>
    public ServerSentEvent? Tell(JobEvent happened, int after)
    {
        if (happened is not JobEvent.TokenMade made || made.Number <= after)
        {
            return null;
        }

        var text = Prose(_shown.Add(made.Token.Text));
        var tokens = _tokens?.Add(made.Token, text);
        return new(
            null, made.Number, text.Length > 0 || HasMore ? Chunk(text, tokens) : null, IsIdTold: false);
    }

    /// <summary>The last events of a text that is over.</summary>
    public IReadOnlyList<ServerSentEvent> End(JobView ended)
    {
        if (Ended.Refusal(ended) is { } refusal)
        {
            return [Event(OpenAiErrorResponse.From(refusal.ProblemDetails))];
        }

        var rest = Prose(_shown.End()) + LastProse();
        var tokens = _tokens?.End(rest, _shown.IsStopped || IsCutOff);
        List<ServerSentEvent> events =
            rest.Length > 0 || HasMore || tokens is { Count: > 0 } ? [Event(Chunk(rest, tokens))] : [];
        events.AddRange(Finish(ended.FinishReason!, AnswerFacts.Of(ended)).Select(Event));
        return events;
    }

    /// <summary>The last events of an answer whose texts are all told.</summary>
    public IReadOnlyList<ServerSentEvent> Close(IReadOnlyList<JobView> ended) =>
        tellsUsage ? [Event(Tail(Usage.Of(ended))), Event(Done)] : [Event(Done)];

    protected static ServerSentEvent Event(object data) => new(null, null, data);

    /// <summary>The tokens of a finished answer that are shown; null where nobody asked how likely they were.</summary>
    protected static IReadOnlyList<Token>? TokensOf(JobView ended) =>
        ended.Tokens is { } tokens ? ShownTokens.Of(tokens, ended.Order.Stop) : null;

    /// <summary>A piece of text.</summary>
    /// <param name="text">What is new of it.</param>
    /// <param name="tokens">Its tokens, where somebody asked how likely they were.</param>
    protected abstract object Chunk(string text, IReadOnlyList<Token>? tokens);

    /// <summary>What of a piece of text is surely meant to be read, and not by a program.</summary>
    protected virtual string Prose(string text) => text;

    /// <summary>What of the text has turned out to be meant to be read now that nothing more comes.</summary>
    protected virtual string LastProse() => string.Empty;

    /// <summary>Whether there is something besides text that the next chunk is to tell.</summary>
    protected virtual bool HasMore => false;

    /// <summary>Whether what of the text is not shown yet is none of it.</summary>
    protected virtual bool IsCutOff => false;

    /// <summary>The end of the text, and what comes with it.</summary>
    protected abstract IEnumerable<object> Finish(string reason, AnswerFacts facts);

    /// <summary>What was used, after the text.</summary>
    protected abstract object Tail(Usage usage);
}
