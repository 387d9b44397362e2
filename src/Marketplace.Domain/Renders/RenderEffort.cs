using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Domain.Renders;

/// <summary>
/// An amount of tracing in render units (RU), in whole millionths. One RU is an hour of the reference device, or less
/// of a faster one: device score / 100 × hours. It says how large a render is and how long it takes; what is billed is
/// pixel samples. In JSON and text a decimal string with six places. The default value is none.
/// </summary>
[GenerateSerializer, Immutable, Alias("RenderEffort")]
[JsonConverter(typeof(JsonText))]
public readonly record struct RenderEffort : IComparable<RenderEffort>
{
    /// <summary>Pixel samples of average cost in one RU: an hour of the reference device on the benchmark.</summary>
    public const long SamplesPerUnit = RenderScore.ReferenceSamplesPerSecond * SecondsPerHour;

    /// <summary>Cost of a pixel sample that takes as long as one of the benchmark does, on any device.</summary>
    public const long CostOne = 1_000_000;

    private const long Million = 1_000_000;
    private const long SecondsPerHour = 3_600;
    private const double SecondsMax = 10L * 365 * 24 * SecondsPerHour;

    private RenderEffort(long micros) => Micros = micros;

    /// <summary>Millionths of a render unit.</summary>
    [Id(0)]
    public long Micros { get; }

    public static bool operator <(RenderEffort left, RenderEffort right) => left.Micros < right.Micros;

    public static bool operator >(RenderEffort left, RenderEffort right) => left.Micros > right.Micros;

    public static bool operator <=(RenderEffort left, RenderEffort right) => left.Micros <= right.Micros;

    public static bool operator >=(RenderEffort left, RenderEffort right) => left.Micros >= right.Micros;

    public static RenderEffort FromMicros(long micros) => new(micros);

    /// <summary>⌈samples · cost⌉ in millionths of a unit, with a 128-bit intermediate.</summary>
    /// <param name="pixelSamples">Samples.</param>
    /// <param name="cost">
    /// How many times longer one takes than one of the benchmark, in millionths: <see cref="CostOne"/> is as long.
    /// </param>
    /// <exception cref="OverflowException">The effort does not fit.</exception>
    public static RenderEffort Of(long pixelSamples, long cost)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pixelSamples);
        ArgumentOutOfRangeException.ThrowIfNegative(cost);
        var divisor = (Int128)SamplesPerUnit * CostOne / Million;

        return new(checked((long)((((Int128)pixelSamples * cost) + divisor - 1) / divisor)));
    }

    /// <summary>How long devices take that together have this score; ten years at most.</summary>
    /// <param name="scoreHundredths">Sum of their scores in hundredths, above zero.</param>
    public TimeSpan On(long scoreHundredths)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(scoreHundredths);
        var seconds = (double)Micros / Million * SecondsPerHour * (100 * 100) / scoreHundredths;

        return TimeSpan.FromSeconds(Math.Min(seconds, SecondsMax));
    }

    public int CompareTo(RenderEffort other) => Micros.CompareTo(other.Micros);

    /// <summary>Exactly six places, such as <c>0.000466</c>.</summary>
    public override string ToString() =>
        ((decimal)Micros / Million).ToString("0.000000", CultureInfo.InvariantCulture);

    private sealed class JsonText : JsonConverter<RenderEffort>
    {
        public override RenderEffort Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            decimal.TryParse(
                reader.GetString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var units)
            && units <= long.MaxValue / Million
                ? new((long)(units * Million))
                : throw new JsonException("Expected render units as a decimal string with at most six places.");

        public override void Write(Utf8JsonWriter writer, RenderEffort value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
