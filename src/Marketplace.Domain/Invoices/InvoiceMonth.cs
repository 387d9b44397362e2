using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Domain.Invoices;

/// <summary>A calendar month in UTC, such as <c>2026-11</c>; the default value is none.</summary>
[GenerateSerializer, Immutable, Alias("InvoiceMonth")]
[JsonConverter(typeof(JsonText))]
public readonly record struct InvoiceMonth
{
    private const string Format = "yyyy-MM";

    private InvoiceMonth(DateTimeOffset begin) => Begin = begin;

    /// <summary>Its first moment.</summary>
    [Id(0)]
    public DateTimeOffset Begin { get; }

    /// <summary>The first moment after it.</summary>
    public DateTimeOffset End => Begin.AddMonths(1);

    public InvoiceMonth Next => new(End);

    public static InvoiceMonth Of(DateTimeOffset moment)
    {
        var day = moment.UtcDateTime;
        return new(new(day.Year, day.Month, 1, 0, 0, 0, TimeSpan.Zero));
    }

    /// <exception cref="FormatException">The text is no month such as 2026-11.</exception>
    public static InvoiceMonth Parse(string text) =>
        DateTimeOffset.TryParseExact(
            text, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var begin)
            ? new(begin)
            : throw new FormatException($"'{text}' is no month such as 2026-11.");

    public override string ToString() => Begin.ToString(Format, CultureInfo.InvariantCulture);

    private sealed class JsonText : JsonConverter<InvoiceMonth>
    {
        public override InvoiceMonth Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            try
            {
                return Parse(reader.GetString() ?? string.Empty);
            }
            catch (FormatException wrong)
            {
                throw new JsonException(wrong.Message, wrong);
            }
        }

        public override void Write(Utf8JsonWriter writer, InvoiceMonth value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
