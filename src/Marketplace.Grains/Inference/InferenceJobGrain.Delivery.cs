using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Inference;

/// <summary>How the end of a text is taken.</summary>
internal sealed partial class InferenceJobGrain
{
    public async Task<DeliverOutcome> Complete(
        AttemptId attempt, TextDelivery delivery, CancellationToken cancel = default)
    {
        if (await AnswerNow(attempt, () => WhyRefused(delivery), cancel) is { } answer)
        {
            return answer;
        }

        // Whatever may fail comes before anything changes: the device says it again.
        var prompt = await CountPrompt(delivery.PromptTokens, cancel);
        var told = await ToldOf(delivery, cancel);
        var claim = ClaimOf(delivery);
        var made = delivery.Tokens.Count - job.State.Attempt!.Prefix;
        var audit = claim is null
            ? new TextAudit(null)
            : await Draw(Convert.FromHexString(claim.Result.Logits!), prompt, made, cancel);

        instruments.Tokens(delivery.Tokens.Count - _tokens.Count);
        Keep([.. delivery.Tokens.Skip(_tokens.Count)]);
        Hear();
        Move(WorkState.Verifying);
        Tell();

        (_result, _audit, _cachedTokens, _prompt) = (delivery.Result, audit, delivery.CachedTokens, told);
        await (audit.IsPending
            ? Await(
                new(audit, claim, prompt, clock.GetUtcNow(), WorkState.Succeeded), isUnwanted: false, cancel)
            : End(WorkState.Succeeded, null, (prompt, made), delivery.FinishReason, cancel));
        return new DeliverOutcome.Accepted();
    }

    /// <summary>The answer to a delivery that ends nothing, or is refused; null to one that is the end.</summary>
    private async Task<DeliverOutcome?> AnswerNow(
        AttemptId attempt, Func<string?> whyRefused, CancellationToken cancel)
    {
        if (IsKeptFrom(attempt))
        {
            await Settle(cancel);
            return new DeliverOutcome.Accepted();
        }

        return !IsCurrent(attempt) ? new DeliverOutcome.Stale()
            : whyRefused() is { } why ? await Refuse(why, cancel)
            : null;
    }

    /// <summary>Whether this attempt is the one whose result was kept.</summary>
    private bool IsKeptFrom(AttemptId attempt) =>
        job.State.Proof is not null ? job.State.Attempt?.Id == attempt
        : job.State.Settlement is { Final: WorkState.Succeeded } end && end.Attempt?.Id == attempt;

    private string? WhyRefused(TextDelivery delivery)
    {
        if (delivery.FinishReason is not ("stop" or "length"))
        {
            return $"finish reason '{delivery.FinishReason}', expected stop or length";
        }

        if (delivery.PromptTokens < 0)
        {
            return $"{delivery.PromptTokens} prompt tokens";
        }

        var (known, refused) = TokenLog.Decide(_tokens, _textBytes, Order.MaxTokens, 0, delivery.Tokens);

        return refused
            ?? WhyNoText
            ?? WhyUncommitted(delivery)
            ?? (known < _tokens.Count ? $"{known} tokens, {_tokens.Count} were delivered before"
                : Order.Stop?.IsPassedBy(delivery.Tokens) == true ? "the text goes on after a stop string"
                : TokenLog.WhyImprobable(delivery.Tokens.Skip(known), Order.Logprobs));
    }

    /// <summary>What of a delivery can be checked; null where nothing can.</summary>
    private DeliveredEnd? ClaimOf(TextDelivery delivery) =>
        Order.ModelBytes > 0 && delivery is { Commitment: { } commitment, Result: { Logits: not null } result }
            ? new(delivery.FinishReason, result, commitment, delivery.CachedTokens)
            : null;

    /// <summary>
    /// Why a delivery lacks what its check would need, or null. An order of no model has nothing to commit to.
    /// </summary>
    private string? WhyUncommitted(TextDelivery delivery)
    {
        if (delivery is not { Commitment: { } commitment, Result.Logits: not null })
        {
            return Order.TellsPrompt || (Order.ModelBytes > 0 && verification.Value.RequireCommitments)
                ? "the text comes without a signed commitment to its logits"
                : null;
        }

        // The mark that ends a text has a record, too, and so have the tokens of a prompt that is told.
        var made = delivery.Tokens.Count - (job.State.Attempt?.Prefix ?? 0) + Order.PromptTold;
        var ended = delivery.FinishReason == "stop" ? made + 1 : made;

        return commitment.Count < made || commitment.Count > ended
            ? $"{commitment.Count} records of {made} tokens"
            : LogitPrompt.WhyNone(Order, commitment);
    }
}
