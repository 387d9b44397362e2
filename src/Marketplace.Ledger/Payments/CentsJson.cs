using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Domain.Ledger;

namespace Marketplace.Ledger.Payments;

/// <summary>Cents as a whole number.</summary>
internal sealed class CentsJson : JsonConverter<Cents>
{
    public override Cents Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Cents.From(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Cents value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}
