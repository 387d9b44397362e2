using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Domain.Devices;

/// <summary>
/// The part of the market a device trades in, such as <c>cuda.nvidia-h100.eu</c>: kind, model, region. There is one
/// order book per class, so that no single book carries the whole market.
/// </summary>
[GenerateSerializer, Immutable, Alias("DeviceClass")]
[JsonConverter(typeof(JsonText))]
public readonly record struct DeviceClass
{
    /// <summary>Longest class name.</summary>
    public const int LengthMax = 96;

    private const int ModelLengthMax = 60;

    private DeviceClass(string value) => Value = value;

    [Id(0)]
    public string Value { get; }

    public static DeviceClass Of(DeviceSpec spec) =>
        new($"{ModelOf(spec.Kind, spec.Name)}.{Slug(spec.Region)}");

    /// <summary>
    /// A class without its region, such as <c>cuda.nvidia-h100</c>: what computes alike wherever it stands.
    /// </summary>
    /// <param name="kind">What executes the work.</param>
    /// <param name="name">The device's own name.</param>
    public static string ModelOf(DeviceKind kind, string name) =>
        $"{kind.ToString().ToLowerInvariant()}.{Slug(name)}";

    /// <exception cref="FormatException">The text is no device class.</exception>
    public static DeviceClass Parse(string text) =>
        text.Length <= LengthMax && text.Count(letter => letter == '.') == 2 && text.All(IsPlain)
            ? new(text)
            : throw new FormatException($"'{text}' is no device class such as cuda.nvidia-h100.eu.");

    public override string ToString() => Value;

    private static bool IsPlain(char letter) =>
        char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-' or '.';

    private static string Slug(string text)
    {
        var slug = new StringBuilder();

        foreach (var letter in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter))
            {
                slug.Append(letter);
            }
            else if (slug.Length > 0 && slug[^1] != '-')
            {
                slug.Append('-');
            }
        }

        var trimmed = slug.ToString().Trim('-');
        return trimmed.Length == 0 ? "unknown" : trimmed[..Math.Min(trimmed.Length, ModelLengthMax)].Trim('-');
    }

    private sealed class JsonText : JsonConverter<DeviceClass>
    {
        public override DeviceClass Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String
                ? Parse(reader.GetString()!)
                : throw new JsonException("Expected a device class such as cuda.nvidia-h100.eu.");

        public override void Write(Utf8JsonWriter writer, DeviceClass value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
