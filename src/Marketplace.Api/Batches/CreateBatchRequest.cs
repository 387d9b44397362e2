using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Batches;

namespace Marketplace.Api.Batches;

/// <summary>Runs the requests of a file.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record CreateBatchRequest
{
    /// <summary>The only window there is.</summary>
    public const string Window = "24h";

    private static readonly string[] Endpoints = [BatchLines.Chat, BatchLines.Completions, BatchLines.Embeddings];

    /// <summary>A file of the account with purpose <c>batch</c>: one request a line.</summary>
    [JsonPropertyName("input_file_id")]
    public required string InputFileId { get; init; }

    /// <summary>
    /// <c>/v1/chat/completions</c>, <c>/v1/completions</c> or <c>/v1/embeddings</c>.
    /// </summary>
    public required string Endpoint { get; init; }

    /// <summary>Only <c>24h</c>: what is not finished by then is given up.</summary>
    [JsonPropertyName("completion_window")]
    public required string CompletionWindow { get; init; }

    /// <summary>Up to 16 notes of your own.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    public Faults Check()
    {
        var faults = new Faults();

        if (!Endpoints.Contains(Endpoint, StringComparer.Ordinal))
        {
            faults.Add("endpoint", $"is {Endpoint}, allowed are {string.Join(", ", Endpoints)}");
        }

        if (CompletionWindow != Window)
        {
            faults.Add("completion_window", $"is {CompletionWindow}, allowed is {Window}");
        }

        if (Metadata is not null)
        {
            faults.Range("metadata", Metadata.Count, 0, BatchLimits.MetadataMax);

            foreach (var (key, value) in Metadata)
            {
                faults.Length("metadata", key, 1, BatchLimits.MetadataKeyLengthMax);
                faults.Length("metadata", value, 0, BatchLimits.MetadataValueLengthMax);
            }
        }

        return faults;
    }

    public NewBatch ToBatch(FileView input) => new(
        input.Id,
        input.Sha256,
        Endpoint,
        Metadata is null
            ? null
            : JsonSerializer.Serialize(
                new SortedDictionary<string, string>(
                    Metadata.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)));
}
