using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Renders;

/// <summary>
/// What a render's receipt meters: pixel samples, units, and the samples at each ask that they were made at
/// (<c>pixelSamples@0.500000</c>), since a provider's devices may ask different prices. The bill can be made again from
/// it: see <see cref="FrameBill"/>.
/// </summary>
public static class RenderMeter
{
    private const string Samples = "pixelSamples";
    private const string At = Samples + "@";

    /// <summary>The readings of one provider's shares.</summary>
    public static IReadOnlyDictionary<string, long> Of(IReadOnlyList<RenderShare> shares)
    {
        var meter = new Dictionary<string, long>(StringComparer.Ordinal)
        {
            [Samples] = shares.Sum(share => share.PixelSamples),
            ["units"] = shares.Sum(share => share.Units),
        };

        foreach (var ask in shares.GroupBy(share => share.Ask.Megasample))
        {
            meter[$"{At}{ask.Key}"] = ask.Sum(share => share.PixelSamples);
        }

        return meter;
    }

    /// <summary>USDC per million samples of a reading such as <c>pixelSamples@0.500000</c>; null for others.</summary>
    public static Usdc? AskOf(string reading) =>
        reading.StartsWith(At, StringComparison.Ordinal) && Usdc.TryParse(reading[At.Length..], out var ask)
        && ask >= Usdc.Zero
            ? ask
            : null;
}
