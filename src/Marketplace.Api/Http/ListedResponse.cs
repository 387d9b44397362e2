using System.Text.Json;
using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Api.Http;

/// <summary>One line of a list.</summary>
/// <param name="Id" example="job_01j9zq8k3v7r2m5x4c6b8n0t1w">The id; GET it for everything about it.</param>
/// <param name="State" example="running">Where it stands.</param>
/// <param name="Owner" example="acc_01j9zq8k3v7r2m5x4c6b8n0t1w">The account or provider it belongs to.</param>
/// <param name="CreatedAt">When it was first seen.</param>
/// <param name="Detail">What its kind shows in lists.</param>
internal sealed record ListedResponse(
    string Id, string State, string Owner, DateTimeOffset CreatedAt, JsonElement Detail)
{
    public static ListedResponse From(ListItem item) =>
        new(item.Id, item.State, item.Owner, item.CreatedAt, ReadDetail(item.Detail));

    private static JsonElement ReadDetail(string json)
    {
        using var document = JsonDocument.Parse(json.Length == 0 ? "{}" : json);
        return document.RootElement.Clone();
    }
}
