using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Http;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions.Renders;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Marketplace.Api.Renders;

/// <summary>An order at the price of a quote: whether it may have it, and what it becomes.</summary>
internal static class QuotedOrder
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The request as a quote keeps it: the same text for the same fields, whatever was left out.</summary>
    public static string BodyOf(CreateRenderRequest request) =>
        JsonSerializer.Serialize(request with { Quote = null }, Json);

    /// <summary>The order to place, or the refusal. Without a quote it stays as it is.</summary>
    public static async Task<(RenderOrder Order, ProblemHttpResult? Refusal)> Of(
        CreateRenderRequest request, RenderOrder wished, RenderId id, Requester me, Desk desk)
    {
        var before = (await desk.Grains.GetGrain<IRenderGrain>(id.Value).Describe())?.Order;
        var order = AsBefore(request, wished, before);

        if (request.Quote is not { } text || !Ids.Read<RenderQuoteId>(text, out var wanted))
        {
            return (order, null);
        }

        // A repeat gets the answer of the first, however old the quote is by now.
        if (before is { Quote: { } held } known && held == wanted)
        {
            return (order with { Quote = wanted, Needs = order.Needs with { Cap = known.Needs.Cap } }, null);
        }

        var quotes = desk.Grains.GetGrain<IRenderQuotesGrain>(me.Account.Value);

        if (await quotes.Find(wanted) is not { } quote)
        {
            return (order, Problems.NotFound("quote"));
        }

        if (desk.Now >= quote.ValidUntil)
        {
            return (order, Problems.Of(
                StatusCodes.Status422UnprocessableEntity,
                "quote-expired",
                $"The quote was valid until {quote.ValidUntil:O}. POST /v1/renders/quote makes a new one.",
                ("validUntil", quote.ValidUntil)));
        }

        if (OtherField(quote.Body, BodyOf(request)) is { } field)
        {
            var other = "is not what the quote was made for; everything but the quote must be";
            return (order, Problems.Invalid(field, other));
        }

        return order.MaxPrice is { } most && most < quote.Terms.Cost.P50
            ? (order, Problems.Invalid(
                "maxPriceUsdc",
                $"is {most}, but by the quote the render likely costs {quote.Terms.Cost.P50} and up to "
                    + $"{quote.Terms.Cost.P90}: raise it, or lower samples, width, height or frames"))
            : (quote.Terms.Hold(order, wanted), null);
    }

    /// <summary>What a repeat does not name is what it was the first time, whatever is usual by now.</summary>
    internal static RenderOrder AsBefore(CreateRenderRequest request, RenderOrder order, RenderOrder? before) =>
        before is null || request.IndirectMax is not null
            ? order
            : order with { Settings = (order.Settings ?? new()) with { IndirectMax = before.IndirectMax() } };

    /// <summary>
    /// The first field in which two requests differ, or null; one that is not there is as good as null.
    /// </summary>
    internal static string? OtherField(string quoted, string asked)
    {
        using var one = JsonDocument.Parse(quoted);
        using var other = JsonDocument.Parse(asked);
        var known = one.RootElement.EnumerateObject()
            .ToDictionary(field => field.Name, field => field.Value, StringComparer.Ordinal);

        foreach (var field in other.RootElement.EnumerateObject())
        {
            var isSame = known.Remove(field.Name, out var value)
                ? JsonElement.DeepEquals(value, field.Value)
                : field.Value.ValueKind == JsonValueKind.Null;

            if (!isSame)
            {
                return field.Name;
            }
        }

        return known.FirstOrDefault(field => field.Value.ValueKind != JsonValueKind.Null).Key;
    }
}
