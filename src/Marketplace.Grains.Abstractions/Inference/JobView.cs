using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Leases;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;

namespace Marketplace.Grains.Abstractions.Inference;

/// <summary>A text or embedding job as its renter sees it.</summary>
/// <param name="Charged">Total so far; final when the job is over.</param>
/// <param name="Text">What has been made.</param>
/// <param name="Tokens">The text's tokens where the order asks for probabilities, else null.</param>
/// <param name="Audit">What is known of its verification; null before its end.</param>
[GenerateSerializer, Immutable, Alias("JobView")]
public sealed record JobView(
    [property: Id(0)] JobId Id,
    [property: Id(1)] AccountId Account,
    [property: Id(2)] InferenceOrder Order,
    [property: Id(3)] WorkState State,
    [property: Id(4)] Ending? Ending,
    [property: Id(5)] DeviceId? Device,
    [property: Id(6)] AttemptId? Attempt,
    [property: Id(7)] int Attempts,
    [property: Id(8)] string Text,
    [property: Id(9)] int PromptTokens,
    [property: Id(10)] int OutputTokens,
    [property: Id(11)] string? FinishReason,
    [property: Id(12)] Usdc Reserved,
    [property: Id(13)] Usdc Charged,
    [property: Id(14)] ReceiptId? Receipt,
    [property: Id(15)] DateTimeOffset CreatedAt,
    [property: Id(16)] DateTimeOffset? StartedAt,
    [property: Id(17)] DateTimeOffset? EndedAt,
    [property: Id(18)] IReadOnlyList<Token>? Tokens = null,
    [property: Id(19)] TextAudit? Audit = null)
{
    /// <summary>Hash of the vectors' file in the blob store, when a job of embeddings has succeeded.</summary>
    [Id(30)]
    public string? VectorsSha256 { get; init; }

    /// <summary>The device that computes the text again for a second opinion; null where none does.</summary>
    [Id(31)]
    public DeviceId? Verifier { get; init; }

    /// <summary>Devices whose second opinion was taken while the text still waits for others'.</summary>
    [Id(32)]
    public IReadOnlyList<DeviceId> Heard { get; init; } = [];

    /// <summary>What is kept of its check, where that went against the text or was disputed.</summary>
    [Id(33)]
    public IReadOnlyList<FindingId> Findings { get; init; } = [];

    /// <summary>
    /// Of the prompt's tokens, those that the device says it had read before: 0 where it is not known.
    /// </summary>
    [Id(34)]
    public int CachedTokens { get; init; }

    /// <summary>
    /// The prompt's tokens where the order has their log-probabilities told, once its device has: the first without.
    /// Else null.
    /// </summary>
    [Id(35)]
    public IReadOnlyList<Token>? Prompt { get; init; }
}
