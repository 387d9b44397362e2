using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Domain.Ledger;

/// <summary>
/// An amount of USDC in whole millionths (micro-USDC), checked: it never overflows silently and never holds a
/// fraction. The default value is zero. In JSON and text it is a decimal string with exactly six places.
/// </summary>
[GenerateSerializer, Immutable, Alias("Usdc")]
[JsonConverter(typeof(JsonText))]
public readonly record struct Usdc : IComparable<Usdc>
{
    /// <summary>Micro-USDC in one USDC.</summary>
    public const long MicrosPerUsdc = 1_000_000;

    /// <summary>The largest amount that one request or journal leg may carry: a thousand million USDC.</summary>
    public static readonly Usdc Largest = new(1_000_000_000_000_000);

    private Usdc(long micros) => Micros = micros;

    /// <summary>The amount in micro-USDC.</summary>
    [Id(0)]
    public long Micros { get; }

    public static Usdc Zero => default;

    public static Usdc FromMicros(long micros) => new(micros);

    public static Usdc operator +(Usdc left, Usdc right) => new(checked(left.Micros + right.Micros));

    public static Usdc operator -(Usdc left, Usdc right) => new(checked(left.Micros - right.Micros));

    public static Usdc operator -(Usdc amount) => new(checked(-amount.Micros));

    public static bool operator <(Usdc left, Usdc right) => left.Micros < right.Micros;

    public static bool operator >(Usdc left, Usdc right) => left.Micros > right.Micros;

    public static bool operator <=(Usdc left, Usdc right) => left.Micros <= right.Micros;

    public static bool operator >=(Usdc left, Usdc right) => left.Micros >= right.Micros;

    public static Usdc Min(Usdc left, Usdc right) => left <= right ? left : right;

    public static Usdc Max(Usdc left, Usdc right) => left >= right ? left : right;

    /// <summary>
    /// ⌊amount · numerator / denominator⌋ with a 128-bit intermediate; the dust stays with the payer.
    /// </summary>
    /// <exception cref="OverflowException">The quotient does not fit.</exception>
    public Usdc TimesFloor(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        ArgumentOutOfRangeException.ThrowIfNegative(Micros);

        return new(checked((long)((Int128)Micros * numerator / denominator)));
    }

    /// <summary>⌈amount · numerator / denominator⌉: for escrow, which must never be too small.</summary>
    public Usdc TimesCeiling(long numerator, long denominator)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numerator);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(denominator);
        ArgumentOutOfRangeException.ThrowIfNegative(Micros);

        return new(checked((long)((((Int128)Micros * numerator) + denominator - 1) / denominator)));
    }

    /// <summary>⌊amount · basisPoints / 10,000⌋.</summary>
    public Usdc BasisPoints(int basisPoints) => TimesFloor(basisPoints, 10_000);

    /// <summary>
    /// Reads a decimal such as <c>12.5</c>: no sign but a leading minus, no exponent, at most six places.
    /// </summary>
    /// <exception cref="FormatException">The text is no amount; the message says why.</exception>
    public static Usdc Parse(string text) => TryParse(text, out var amount)
        ? amount
        : throw new FormatException($"'{text}' is no amount of USDC: expected a decimal with at most six places.");

    public static bool TryParse(string? text, out Usdc amount)
    {
        amount = default;
        const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint;
        var isShort = text is { Length: > 0 and <= 40 } && text[0] != '+';

        if (!isShort || !decimal.TryParse(text, Style, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        var inRange = Math.Abs(value) < long.MaxValue / MicrosPerUsdc;

        if (!inRange || decimal.Truncate(value * MicrosPerUsdc) != value * MicrosPerUsdc)
        {
            return false;
        }

        amount = new((long)(value * MicrosPerUsdc));
        return true;
    }

    public int CompareTo(Usdc other) => Micros.CompareTo(other.Micros);

    /// <summary>The amount with exactly six places, such as <c>12.500000</c>.</summary>
    public override string ToString() =>
        ((decimal)Micros / MicrosPerUsdc).ToString("0.000000", CultureInfo.InvariantCulture);

    private sealed class JsonText : JsonConverter<Usdc>
    {
        public override Usdc Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var amount)
                ? amount
                : throw new JsonException("Expected USDC as a decimal string with at most six places.");

        public override void Write(Utf8JsonWriter writer, Usdc value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
