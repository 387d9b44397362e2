using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Grains.Abstractions.Inference;
using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Api.Inference;

/// <summary>A model of the catalogue: OpenAI's fields, and ours.</summary>
/// <param name="Id" example="stories260K">What orders call it.</param>
/// <param name="Object" example="model">Always <c>model</c>.</param>
/// <param name="Created" example="1795360701">When it came into the catalogue, in seconds of Unix time.</param>
/// <param name="OwnedBy" example="marketplace">Always <c>marketplace</c>.</param>
/// <param name="Name" example="stories260K">The same as <c>id</c>.</param>
/// <param name="Sha256" example="270cba1bd5109f42d03350f60406024560464db173c0e387d91f0426d3bd256d">
/// Hash of its file; of several, that of their list (docs/api.md).
/// </param>
/// <param name="Bytes" example="1185376">Length of its file, or of all of them.</param>
/// <param name="Architecture" example="llama">What the file says.</param>
/// <param name="Parameters" example="260032">Number of weights.</param>
/// <param name="ContextLength" example="512">Longest context in tokens.</param>
/// <param name="WeightFormat" example="F32">How the weights are stored.</param>
/// <param name="RegisteredAt">When it came into the catalogue.</param>
/// <param name="ModelId" example="3f0c51d9a7e2b4c86d1f5a0e93b7c2d4f6a8019e3c5b7d2f4a6c8e0b1d3f5a79">
/// Names its weights, tokenizer and chat template for ever, whatever file they came in; null until it has been read.
/// </param>
/// <param name="Files">Its files where they are several, by name; null for one, and in lists.</param>
internal sealed record ModelResponse(
    string Id,
    string Object,
    long Created,
    [property: JsonPropertyName("owned_by")] string OwnedBy,
    string Name,
    string Sha256,
    long Bytes,
    string Architecture,
    long Parameters,
    int ContextLength,
    string WeightFormat,
    DateTimeOffset RegisteredAt,
    string? ModelId,
    IReadOnlyList<ModelFileResponse>? Files = null)
{
    /// <summary>A line of the register.</summary>
    public static ModelResponse From(ListItem item, JsonSerializerOptions json)
    {
        var listed = JsonSerializer.Deserialize<Listed>(item.Detail, json)!;

        return From(new ModelView(
            listed.Name,
            listed.Sha256,
            listed.Bytes,
            listed.Architecture,
            listed.Parameters,
            listed.ContextLength,
            listed.WeightFormat,
            item.CreatedAt,
            ModelId: listed.ModelId));
    }

    public static ModelResponse From(ModelView view) => new(
        view.Name,
        "model",
        view.RegisteredAt.ToUnixTimeSeconds(),
        "marketplace",
        view.Name,
        view.Sha256,
        view.Bytes,
        view.Architecture,
        view.Parameters,
        view.ContextLength,
        view.WeightFormat,
        view.RegisteredAt,
        view.ModelId,
        view.Files?.Files.Select(ModelFileResponse.From).ToArray());

    /// <summary>What the register keeps of a model.</summary>
    [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
    private sealed record Listed(
        string Name,
        string Sha256,
        long Bytes,
        string Architecture,
        long Parameters,
        int ContextLength,
        string WeightFormat,
        string? ModelId = null);
}
