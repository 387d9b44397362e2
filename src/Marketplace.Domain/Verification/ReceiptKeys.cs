using System.Text.Json;

namespace Marketplace.Domain.Verification;

/// <summary>
/// What a reader of receipts trusts: the marketplace's public keys, and the addresses that put roots on a chain.
/// Published at <c>/v1/receipt-keys</c>; whoever wants to be sure keeps an own copy.
/// </summary>
[GenerateSerializer, Immutable, Alias("ReceiptKeys")]
public sealed record ReceiptKeys(
    [property: Id(0)] IReadOnlyList<ReceiptKey> Keys,
    [property: Id(1)] IReadOnlyList<ReceiptAnchor> Anchors)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads the published JSON; a key whose id does not follow from its bytes is refused.</summary>
    /// <exception cref="FormatException">It is no such JSON; the message names the field.</exception>
    public static ReceiptKeys Parse(string text)
    {
        try
        {
            var keys = JsonSerializer.Deserialize<ReceiptKeys>(text, Json) ?? throw new JsonException("it is null.");
            var wrong = keys.Keys.FirstOrDefault(
                key => Bytes(key) is not { } bytes || ReceiptKey.IdOf(bytes) != key.Id);

            return wrong is null
                ? keys
                : throw new FormatException($"keys: '{wrong.Id}' is not the id of the public key beside it");
        }
        catch (JsonException fault)
        {
            throw new FormatException($"keys: no list of receipt keys: {fault.Message}", fault);
        }
    }

    /// <summary>The bytes of a key; null when there is none of this id.</summary>
    public byte[]? Find(string id) => Keys.FirstOrDefault(key => key.Id == id) is { } key ? Bytes(key) : null;

    private static byte[]? Bytes(ReceiptKey key)
    {
        const int length = 32;
        var bytes = new byte[length];

        return Convert.TryFromBase64String(key.PublicKey, bytes, out var written) && written == length ? bytes : null;
    }
}
