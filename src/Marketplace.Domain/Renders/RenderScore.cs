using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Domain.Renders;

/// <summary>
/// How fast a device traces the benchmark scenes, in hundredths; 100 is the reference device. It is measured by the
/// agent and so a claim of an untrusted machine: shown, used for estimates of time, and bounded by what others claim as
/// the weight of its ask in a quote, which decides the price cap and the escrow of orders that quote it. Never used for
/// what is paid. In JSON a number with at most two places. The default value is no score.
/// </summary>
[GenerateSerializer, Immutable, Alias("RenderScore")]
[JsonConverter(typeof(JsonNumber))]
public readonly record struct RenderScore
{
    /// <summary>
    /// What defines the reference device: the geometric mean of its speeds on the benchmark scenes, in pixel samples a
    /// second. A constant, so that a score means the same for ever.
    /// </summary>
    public const long ReferenceSamplesPerSecond = 10_000_000;

    /// <summary>A million: ten thousand reference devices.</summary>
    public const int HundredthsMax = 100_000_000;

    private RenderScore(int hundredths) => Hundredths = hundredths;

    [Id(0)]
    public int Hundredths { get; }

    /// <exception cref="ArgumentOutOfRangeException">Not 1 to <see cref="HundredthsMax"/>.</exception>
    public static RenderScore FromHundredths(int hundredths)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hundredths, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hundredths, HundredthsMax);
        return new(hundredths);
    }

    /// <summary>The score of a speed; at least 0.01 and at most a million.</summary>
    /// <param name="samplesPerSecond">Geometric mean over the benchmark scenes.</param>
    public static RenderScore OfSpeed(double samplesPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(samplesPerSecond);
        var hundredths = Math.Round(samplesPerSecond / ReferenceSamplesPerSecond * 10_000);

        return new((int)Math.Clamp(hundredths, 1, HundredthsMax));
    }

    /// <summary>Two places, such as <c>104.20</c>.</summary>
    public override string ToString() => (Hundredths / 100m).ToString("0.00", CultureInfo.InvariantCulture);

    private sealed class JsonNumber : JsonConverter<RenderScore>
    {
        public override RenderScore Read(
            ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var score)
            && score is >= 0.01m and <= HundredthsMax / 100
                ? new((int)(score * 100))
                : throw new JsonException($"Expected a score of 0.01 to {HundredthsMax / 100}.");

        public override void Write(Utf8JsonWriter writer, RenderScore value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.Hundredths / 100m);
    }
}
