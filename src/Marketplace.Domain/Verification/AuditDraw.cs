namespace Marketplace.Domain.Verification;

/// <summary>
/// Whether a result is checked, drawn after the device has committed to it. Anybody can repeat the draw once the
/// secret of its day is told: <see cref="AuditRate.IsDrawn"/> of secret, root and rate.
/// </summary>
/// <param name="Root">What the device committed to, lower-case hex.</param>
/// <param name="Day">Day of the secret in UTC, <c>yyyy-MM-dd</c>.</param>
/// <param name="RatePpm">Probability of a check, in millionths.</param>
/// <param name="IsDrawn">Whether it is checked.</param>
/// <param name="Key">Id of the key of receipts that the secret follows from; null of draws of before.</param>
[GenerateSerializer, Immutable, Alias("AuditDraw")]
public sealed record AuditDraw(
    [property: Id(0)] string Root,
    [property: Id(1)] string Day,
    [property: Id(2)] int RatePpm,
    [property: Id(3)] bool IsDrawn,
    [property: Id(4)] string? Key = null)
{
    /// <summary>Millionths of one.</summary>
    public const int Million = 1_000_000;

    /// <summary>Draws.</summary>
    /// <param name="root">What the device committed to.</param>
    /// <param name="day">Day of the secret.</param>
    /// <param name="secret">The day's secret.</param>
    /// <param name="rate">Probability of a check, 0 to 1; it is rounded up to whole millionths.</param>
    public static AuditDraw Of(byte[] root, string day, byte[] secret, double rate)
    {
        var ppm = (int)Math.Ceiling(Math.Clamp(rate, 0, 1) * Million);

        return new(
            Convert.ToHexStringLower(root), day, ppm, AuditRate.IsDrawn(secret, root, ppm / (double)Million));
    }
}
