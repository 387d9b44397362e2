using Marketplace.Api.Market;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Api.Inference;

/// <summary>A text or embedding job.</summary>
/// <param name="Id" example="job_01j9zq8k3v7r2m5x4c6b8n0t1w">The job.</param>
/// <param name="State" example="succeeded">
/// queued, matched, running, verifying, succeeded, failed, cancelled or expired.
/// </param>
/// <param name="Ending">Why it ended as it did, or null.</param>
/// <param name="Model" example="stories260K">The model ordered.</param>
/// <param name="ModelSha256">Hash of its file.</param>
/// <param name="Prompt" example="Once upon a time">The text it goes on from.</param>
/// <param name="MaxTokens" example="200">Tokens to generate at most.</param>
/// <param name="Temperature" example="0">As ordered.</param>
/// <param name="Seed" example="42">As ordered.</param>
/// <param name="MaxPrice">The cap that was accepted, in USDC.</param>
/// <param name="Region">As ordered.</param>
/// <param name="DeadlineSeconds" example="600">As ordered.</param>
/// <param name="Text" example=", there was a little girl named Lily.">What has been made.</param>
/// <param name="PromptTokens" example="5">Tokens of the prompt.</param>
/// <param name="OutputTokens" example="200">Tokens made.</param>
/// <param name="FinishReason" example="length">stop or length, or null before the end.</param>
/// <param name="Device">Device of the current or last attempt.</param>
/// <param name="Attempts" example="1">Attempts so far.</param>
/// <param name="Reserved" example="0.001000">Set aside for it.</param>
/// <param name="Charged" example="0.000402">Taken for it; final when it is over.</param>
/// <param name="Receipt">Its receipt, when it was charged.</param>
/// <param name="CreatedAt">When it was ordered.</param>
/// <param name="StartedAt">When its first attempt began.</param>
/// <param name="EndedAt">When it was over.</param>
/// <param name="Kind" example="text">text, or embedding: then prompt and text are empty.</param>
/// <param name="Inputs">Inputs of embeddings that become a vector each; null for a text.</param>
/// <param name="Verification">How its text was verified; null before its end.</param>
/// <param name="ModelId">Id of the model; null where none was known when it was ordered.</param>
/// <param name="PromptIds">The prompt as token ids, where it came so: then the prompt is what they spell.</param>
internal sealed record JobResponse(
    JobId Id,
    WorkState State,
    EndingResponse? Ending,
    string Model,
    string ModelSha256,
    string Prompt,
    int MaxTokens,
    double Temperature,
    ulong Seed,
    PriceCap MaxPrice,
    string? Region,
    int DeadlineSeconds,
    string Text,
    int PromptTokens,
    int OutputTokens,
    string? FinishReason,
    DeviceId? Device,
    int Attempts,
    Usdc Reserved,
    Usdc Charged,
    ReceiptId? Receipt,
    DateTimeOffset CreatedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string Kind,
    int? Inputs,
    VerificationResponse? Verification,
    string? ModelId,
    IReadOnlyList<int>? PromptIds)
{
    public static JobResponse From(JobView job) => new(
        job.Id,
        job.State,
        EndingResponse.From(job.Ending),
        job.Order.Model,
        job.Order.ModelSha256,
        job.Order.Prompt,
        job.Order.MaxTokens,
        job.Order.Temperature,
        job.Order.Seed,
        PriceCap.From(job.Order.Needs.Cap),
        job.Order.Needs.Region,
        job.Order.DeadlineSeconds,
        job.Text,
        job.PromptTokens,
        job.OutputTokens,
        job.FinishReason,
        job.Device,
        job.Attempts,
        job.Reserved,
        job.Charged,
        job.Receipt,
        job.CreatedAt,
        job.StartedAt,
        job.EndedAt,
        job.Order.Embedding is null ? "text" : "embedding",
        job.Order.Embedding?.Inputs.Count,
        VerificationResponse.From(job.Audit),
        job.Order.Identity?.Id,
        job.Order.Tokens?.Ids);
}
