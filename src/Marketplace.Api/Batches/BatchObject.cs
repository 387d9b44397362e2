using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Batches;

namespace Marketplace.Api.Batches;

/// <summary>A batch, in OpenAI's words; times are Unix times in seconds.</summary>
/// <param name="Id">The batch.</param>
/// <param name="Object" example="batch">Always <c>batch</c>.</param>
/// <param name="Endpoint" example="/v1/chat/completions">Where its lines go.</param>
/// <param name="Errors">What is wrong with its input; null for nothing.</param>
/// <param name="InputFileId">The file of its lines.</param>
/// <param name="CompletionWindow" example="24h">How long it may take.</param>
/// <param name="Status" example="in_progress">
/// <c>validating</c>, <c>failed</c>, <c>in_progress</c>, <c>finalizing</c>, <c>completed</c>, <c>expired</c>,
/// <c>cancelling</c> or <c>cancelled</c>.
/// </param>
/// <param name="OutputFileId">The answers, once it is over; null when there is none.</param>
/// <param name="ErrorFileId">What was refused, failed or not run; null when there is none.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="InProgressAt">When its first line was begun.</param>
/// <param name="ExpiresAt">When what is not finished is given up.</param>
/// <param name="FinalizingAt">When its files were begun.</param>
/// <param name="CompletedAt">When it was complete.</param>
/// <param name="FailedAt">When its input was refused.</param>
/// <param name="ExpiredAt">When it had expired and its files were written.</param>
/// <param name="CancellingAt">When it was given up.</param>
/// <param name="CancelledAt">When it was given up and its files were written.</param>
/// <param name="RequestCounts">How many lines have ended.</param>
/// <param name="Metadata">The owner's notes.</param>
internal sealed record BatchObject(
    BatchId Id,
    string Object,
    string Endpoint,
    BatchObject.BatchErrors? Errors,
    [property: JsonPropertyName("input_file_id")] FileId InputFileId,
    [property: JsonPropertyName("completion_window")] string CompletionWindow,
    string Status,
    [property: JsonPropertyName("output_file_id")] FileId? OutputFileId,
    [property: JsonPropertyName("error_file_id")] FileId? ErrorFileId,
    [property: JsonPropertyName("created_at")] long CreatedAt,
    [property: JsonPropertyName("in_progress_at")] long? InProgressAt,
    [property: JsonPropertyName("expires_at")] long ExpiresAt,
    [property: JsonPropertyName("finalizing_at")] long? FinalizingAt,
    [property: JsonPropertyName("completed_at")] long? CompletedAt,
    [property: JsonPropertyName("failed_at")] long? FailedAt,
    [property: JsonPropertyName("expired_at")] long? ExpiredAt,
    [property: JsonPropertyName("cancelling_at")] long? CancellingAt,
    [property: JsonPropertyName("cancelled_at")] long? CancelledAt,
    [property: JsonPropertyName("request_counts")] BatchObject.BatchCounts RequestCounts,
    IReadOnlyDictionary<string, string>? Metadata)
{
    public static BatchObject From(BatchView batch)
    {
        long? At(BatchState state) =>
            batch.Times.TryGetValue(state, out var at) ? at.ToUnixTimeSeconds() : null;

        return new(
            batch.Id,
            "batch",
            batch.Wanted.Endpoint,
            batch.Faults.Count == 0
                ? null
                : new("list", [.. batch.Faults.Select(fault => new BatchError(
                    fault.Code, fault.Message, fault.Param, fault.Line))]),
            batch.Wanted.Input,
            CreateBatchRequest.Window,
            JsonNamingPolicy.SnakeCaseLower.ConvertName(batch.State.ToString()),
            batch.Output,
            batch.Errors,
            batch.CreatedAt.ToUnixTimeSeconds(),
            At(BatchState.InProgress),
            batch.ExpiresAt.ToUnixTimeSeconds(),
            At(BatchState.Finalizing),
            At(BatchState.Completed),
            At(BatchState.Failed),
            At(BatchState.Expired),
            At(BatchState.Cancelling),
            At(BatchState.Cancelled),
            new(batch.Total, batch.Completed, batch.Failed),
            batch.Wanted.Metadata is { } notes
                ? JsonSerializer.Deserialize<Dictionary<string, string>>(notes)
                : null);
    }

    /// <summary>What is wrong with the input.</summary>
    /// <param name="Object" example="list">Always <c>list</c>.</param>
    /// <param name="Data">The faults.</param>
    internal sealed record BatchErrors(string Object, IReadOnlyList<BatchError> Data);

    /// <summary>One fault of the input.</summary>
    /// <param name="Code" example="duplicate_custom_id">What programs tell faults apart by.</param>
    /// <param name="Message">For people.</param>
    /// <param name="Param" example="custom_id">The field at fault, or null.</param>
    /// <param name="Line" example="2">The line, from 1; or null.</param>
    internal sealed record BatchError(string Code, string Message, string? Param, int? Line);

    /// <summary>How many lines have ended.</summary>
    /// <param name="Total" example="3">All lines.</param>
    /// <param name="Completed" example="2">Lines that succeeded.</param>
    /// <param name="Failed" example="1">Lines that were refused or failed.</param>
    internal sealed record BatchCounts(int Total, int Completed, int Failed);
}
