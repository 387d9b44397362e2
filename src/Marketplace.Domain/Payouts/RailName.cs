using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Domain.Payouts;

/// <summary>
/// Names a settlement rail, a chain with a treasury of ours: 1 to 16 of a-z, 0-9 and '-', a letter first. The default
/// value is <c>solana</c>, the rail that was there first.
/// </summary>
[GenerateSerializer, Immutable, Alias("RailName")]
[JsonConverter(typeof(JsonText))]
public readonly record struct RailName
{
    private const string First = "solana";
    private const int LengthMax = 16;

    // Null for the first rail, so that rows and states from before there were others name it too.
    [Id(0)]
    private readonly string? _other;

    private RailName(string name) => _other = name == First ? null : name;

    /// <summary>The rail that was there first.</summary>
    public static RailName Solana => default;

    public string Value => _other ?? First;

    /// <exception cref="FormatException">The text is no rail's name.</exception>
    public static RailName Parse(string text) => IsName(text)
        ? new(text)
        : throw new FormatException($"'{text}' is no rail: 1 to 16 of a-z, 0-9 and '-', a letter first.");

    public static bool IsName(string text) => text.Length is >= 1 and <= LengthMax
        && char.IsAsciiLetterLower(text[0])
        && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');

    public override string ToString() => Value;

    private sealed class JsonText : JsonConverter<RailName>
    {
        public override RailName Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Parse(reader.GetString() ?? string.Empty);

        public override void Write(Utf8JsonWriter writer, RailName value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Value);
    }
}
