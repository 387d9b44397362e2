using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Domain;

/// <summary>Ids are strings in JSON; anything else is refused.</summary>
public sealed class PrefixedIdJson<TId> : JsonConverter<TId>
    where TId : struct, IPrefixedId<TId>
{
    public override TId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && PrefixedId.Fits(TId.Prefix, reader.GetString())
            ? TId.Parse(reader.GetString()!)
            : throw new JsonException($"Expected an id of the form {TId.Prefix}….");

    public override void Write(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);

    public override TId ReadAsPropertyName(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TId.Parse(reader.GetString()!);

    public override void WriteAsPropertyName(Utf8JsonWriter writer, TId value, JsonSerializerOptions options) =>
        writer.WritePropertyName(value.Value);
}
