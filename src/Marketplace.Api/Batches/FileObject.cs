using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Api.Batches;

/// <summary>A file, in OpenAI's words.</summary>
/// <param name="Id">The file.</param>
/// <param name="Object" example="file">Always <c>file</c>.</param>
/// <param name="Bytes" example="1200">Its length.</param>
/// <param name="CreatedAt" example="1767225600">Unix time in seconds.</param>
/// <param name="Filename" example="requests.jsonl">Its name.</param>
/// <param name="Purpose" example="batch"><c>batch</c> or <c>batch_output</c>.</param>
/// <param name="Status" example="processed">Always <c>processed</c>.</param>
internal sealed record FileObject(
    FileId Id,
    string Object,
    long Bytes,
    [property: JsonPropertyName("created_at")] long CreatedAt,
    string Filename,
    string Purpose,
    string Status)
{
    public static FileObject From(FileView file) =>
        Of(file.Id, file.Bytes, file.CreatedAt, file.Name, file.Purpose);

    public static FileObject From(ListItem item)
    {
        using var detail = JsonDocument.Parse(item.Detail);
        var file = detail.RootElement;

        return Of(
            FileId.Parse(item.Id),
            file.GetProperty("bytes").GetInt64(),
            file.GetProperty("createdAt").GetDateTimeOffset(),
            file.GetProperty("name").GetString()!,
            item.State);
    }

    private static FileObject Of(FileId id, long bytes, DateTimeOffset at, string name, string purpose) =>
        new(id, "file", bytes, at.ToUnixTimeSeconds(), name, purpose, "processed");
}
