using System.Text.Json;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Renders;

namespace Marketplace.Ledger.Verify;

/// <summary>Makes a bill again from a receipt's meter and price.</summary>
internal static class ReceiptPrice
{
    private const long Million = 1_000_000;

    /// <summary>
    /// Micro-USDC of what was metered, before the escrow ends it; null where the receipt does not tell enough: work of
    /// another kind, and renders from before their meter told the samples at each price.
    /// </summary>
    public static long? Of(JsonElement receipt)
    {
        if (Member(receipt, "meter") is not { } meter || Member(receipt, "price") is not { } price)
        {
            return null;
        }

        return receipt.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String
            ? kind.GetString() switch
            {
                "text" => Text(meter, price),
                "embedding" => Embedding(meter, price),
                "render" => Render(meter),
                _ => null,
            }
            : null;
    }

    /// <summary>Tokens at the locked ask, each product floored.</summary>
    private static long? Text(JsonElement meter, JsonElement price) =>
        Count(meter, "promptTokens") is { } prompt && Count(meter, "outputTokens") is { } output
        && Amount(price, "promptTokens") is { } promptPrice && Amount(price, "outputTokens") is { } outputPrice
            ? (promptPrice.TimesFloor(prompt, Million) + outputPrice.TimesFloor(output, Million)).Micros
            : null;

    /// <summary>Embedded tokens at the locked ask for prompt tokens, floored.</summary>
    private static long? Embedding(JsonElement meter, JsonElement price) =>
        Count(meter, "promptTokens") is { } tokens && Amount(price, "promptTokens") is { } ask
            ? ask.TimesFloor(tokens, Million).Micros
            : null;

    /// <summary>Samples at the ask at which they were made, the sum floored once.</summary>
    private static long? Render(JsonElement meter)
    {
        Int128? sum = null;

        foreach (var reading in meter.EnumerateObject())
        {
            if (RenderMeter.AskOf(reading.Name) is { } ask && reading.Value.TryGetInt64(out var samples))
            {
                sum = (sum ?? 0) + ((Int128)ask.Micros * samples);
            }
        }

        return sum is null ? null : (long)(sum.Value / Million);
    }

    private static JsonElement? Member(JsonElement value, string name) =>
        value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    private static long? Count(JsonElement meter, string name) =>
        meter.TryGetProperty(name, out var reading) && reading.ValueKind == JsonValueKind.Number
        && reading.TryGetInt64(out var count) && count >= 0
            ? count
            : null;

    private static Usdc? Amount(JsonElement price, string name) =>
        price.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
        && Usdc.TryParse(text.GetString(), out var amount) && amount >= Usdc.Zero
            ? amount
            : null;
}
