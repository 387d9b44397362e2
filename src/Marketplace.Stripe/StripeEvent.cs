using System.Text.Json;

namespace Marketplace.Stripe;

/// <summary>
/// The little of an event that is used: what it is about. The rest is never read, so that an event of another API
/// version is as good as one of ours.
/// </summary>
/// <param name="Id">Such as <c>evt_…</c>.</param>
/// <param name="Type">Such as <c>payment_intent.succeeded</c>.</param>
/// <param name="ApiVersion">The version that its body is written in.</param>
/// <param name="IsLive">Real money.</param>
/// <param name="ObjectKind">Such as <c>payment_intent</c>.</param>
/// <param name="ObjectId">Such as <c>pi_…</c>; empty when the object has none.</param>
public sealed record StripeEvent(
    string Id, string Type, string ApiVersion, bool IsLive, string ObjectKind, string ObjectId)
{
    /// <summary>Longest id or type.</summary>
    public const int WordLengthMax = 255;

    private const int DepthMax = 64;

    /// <summary>Kinds of objects that say something about a payment by card.</summary>
    private static readonly string[] CardKinds =
        ["checkout.session", "payment_intent", "charge", "refund", "dispute"];

    /// <summary>Whether it may be about a payment by card.</summary>
    public bool IsAboutCards => CardKinds.Contains(ObjectKind, StringComparer.Ordinal) && ObjectId.Length > 0;

    /// <summary>Whether the body is written in the version that this library reads.</summary>
    public bool IsOurVersion => ApiVersion == StripeCards.ApiVersion;

    /// <summary>Reads the body of an event; null when it is none.</summary>
    public static StripeEvent? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new() { MaxDepth = DepthMax });
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static StripeEvent? Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object
            || Word(root, "id") is not { Length: > 0 } id
            || Word(root, "type") is not { Length: > 0 } type)
        {
            return null;
        }

        var about = root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
            && data.TryGetProperty("object", out var found) && found.ValueKind == JsonValueKind.Object
            ? found
            : default;
        var isLive = root.TryGetProperty("livemode", out var live) && live.ValueKind == JsonValueKind.True;

        return new(id, type, Word(root, "api_version"), isLive, Word(about, "object"), Word(about, "id"));
    }

    private static string Word(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: <= WordLengthMax } text
            ? text
            : string.Empty;
}
