using System.Text.Json;
using Marketplace.Grains.Abstractions.Webhooks;

namespace Marketplace.Api.Webhooks;

/// <summary>An event on its way to a webhook.</summary>
/// <param name="Id" example="evt_01j9zk3v5q8r2t4w6y8a0b1c2d">The event's id, sent as webhook-id.</param>
/// <param name="Type" example="render.succeeded">What happened.</param>
/// <param name="State" example="delivered">waiting, delivered, or failed: given up after its last try.</param>
/// <param name="Attempts" example="1">How often it was tried.</param>
/// <param name="ResponseCode" example="200">Status of the last answer, or null when there was none.</param>
/// <param name="Trouble" example="no answer within 10 s">Why the last try failed, or null.</param>
/// <param name="NextAt" example="2026-01-05T12:05:00+00:00">When it is tried next, while it waits.</param>
/// <param name="TriedAt" example="2026-01-05T12:00:00+00:00">When it was last tried, or null.</param>
/// <param name="CreatedAt" example="2026-01-05T12:00:00+00:00">When it was queued.</param>
/// <param name="Payload">What is sent.</param>
internal sealed record DeliveryResponse(
    string Id,
    string Type,
    string State,
    int Attempts,
    int? ResponseCode,
    string? Trouble,
    DateTimeOffset? NextAt,
    DateTimeOffset? TriedAt,
    DateTimeOffset CreatedAt,
    JsonElement Payload)
{
    public static DeliveryResponse From(DeliveryView view) => new(
        view.Event.Value,
        view.Type,
        view.State,
        view.Attempts,
        view.ResponseCode,
        view.Trouble,
        view.NextAt,
        view.TriedAt,
        view.CreatedAt,
        JsonElement.Parse(view.Body));
}
