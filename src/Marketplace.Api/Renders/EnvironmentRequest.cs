using Marketplace.Api.Http;
using Marketplace.Domain.Renders;

namespace Marketplace.Api.Renders;

/// <summary>The light from all around.</summary>
/// <param name="Sha256">Hash of an uploaded Radiance .hdr; null takes the scene's own environment.</param>
/// <param name="Rotation" example="90">Turn about the vertical axis, degrees: -360 to 360.</param>
/// <param name="Exposure" example="1">Stops: each doubles the environment's light; -20 to 20.</param>
internal sealed record EnvironmentRequest(string? Sha256 = null, double Rotation = 0, double Exposure = 0)
{
    private const double FullTurn = 360;
    private const double StopsMax = 20;

    public void Check(Faults faults)
    {
        if (Sha256 is not null && !AssetHash.IsOne(Sha256))
        {
            faults.Add("environment.sha256", AssetHash.Wanted);
        }

        if (!(Math.Abs(Rotation) <= FullTurn))
        {
            faults.Add("environment.rotation", FormattableString.Invariant(
                $"is {Rotation}, allowed are -{FullTurn} to {FullTurn} degrees"));
        }

        if (!(Math.Abs(Exposure) <= StopsMax))
        {
            faults.Add("environment.exposure", FormattableString.Invariant(
                $"is {Exposure}, allowed are -{StopsMax} to {StopsMax} stops"));
        }
    }

    /// <summary>Null where the file is taken as it is.</summary>
    public EnvironmentSetting? ToSetting() => Rotation == 0 && Exposure == 0
        ? null
        : new((float)(Rotation / FullTurn), (float)Math.Pow(2, Exposure));
}
