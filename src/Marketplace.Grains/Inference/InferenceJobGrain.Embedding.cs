using Marketplace.Domain.Leases;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>What a job that asks for embeddings does in its own way: its end, and what its receipt says.</summary>
internal sealed partial class InferenceJobGrain
{
    private const string TextKind = "text";
    private const string EmbeddingKind = "embedding";

    public async Task<DeliverOutcome> CompleteEmbedding(
        AttemptId attempt, EmbeddingDelivery delivery, CancellationToken cancel = default)
    {
        if (await AnswerNow(attempt, () => WhyRefused(delivery), cancel) is { } answer)
        {
            return answer;
        }

        var root = VectorCommitment.Root(Id.Value, attempt.Value, delivery.Result.Output);
        var tokens = Order.Embedding!.Tokens;
        var audit = verification.Value.RequireCommitments
            ? await Draw(root, tokens, made: 0, cancel)
            : new TextAudit(null);

        Hear();
        Move(WorkState.Verifying);
        Tell();

        (_result, _audit) = (delivery.Result, audit);
        await (audit.IsPending
            ? Await(
                new(audit, null, tokens, clock.GetUtcNow(), WorkState.Succeeded, Vectors: delivery.Result),
                isUnwanted: false,
                cancel)
            : End(WorkState.Succeeded, null, (tokens, 0), null, cancel));
        return new DeliverOutcome.Accepted();
    }

    /// <summary>Hash of the vectors once the job has succeeded; null before, and for a text.</summary>
    private string? Vectors =>
        Order.Embedding is not null && _settled && job.State.Settlement is { Final: WorkState.Succeeded } end
            ? end.Result?.Output
            : null;

    private string? WhyNoText => Order.Embedding is null ? null : "a text, the order is of embeddings";

    private string? WhyRefused(EmbeddingDelivery delivery)
    {
        if (Order.Embedding is not { } wanted)
        {
            return "vectors, the order is of a text";
        }

        if (delivery.Bytes != wanted.VectorBytes)
        {
            return $"{delivery.Bytes} bytes of vectors, {wanted.Inputs.Count} of {wanted.Width} numbers have "
                + $"{wanted.VectorBytes}";
        }

        // Tokens of a text follow from the model's file: whoever counts others has embedded something else.
        var told = delivery.Result.Meter.GetValueOrDefault(EmbeddingDelivery.PromptTokens, -1);

        return told == wanted.Tokens ? null : $"{told} tokens embedded, the inputs have {wanted.Tokens}";
    }

    /// <summary>What a receipt says of what was ordered, made and used.</summary>
    private (string Kind, string Input, string Output, IReadOnlyDictionary<string, long> Meter) Told(
        JobSettlement end)
    {
        var meter = new Dictionary<string, long>(StringComparer.Ordinal) { ["promptTokens"] = end.PromptTokens };

        if (Order.Embedding is { } wanted)
        {
            return (EmbeddingKind, ReceiptText.Hash(wanted.InputText()), end.Result!.Output, meter);
        }

        meter["outputTokens"] = end.OutputTokens;
        return (TextKind, ReceiptText.Hash(Order.Tokens?.InputText() ?? Order.Prompt), ReceiptText.Hash(Text()), meter);
    }
}
