using System.Text.Json.Serialization;

namespace Marketplace.Domain.Verification;

/// <summary>
/// The check of a text as its receipt tells it: whole numbers only, since they are signed in canonical form.
/// </summary>
/// <param name="Root">What the device committed to, lower-case hex; its signature covers it.</param>
/// <param name="Day">Day of the secret that drew, in UTC, <c>yyyy-MM-dd</c>.</param>
/// <param name="RatePpm">Probability of a check, in millionths.</param>
/// <param name="Drawn">Whether it was drawn.</param>
/// <param name="Positions">Positions that were compared; 0 without a check.</param>
/// <param name="DriftNano">Largest difference of a log-probability, in billionths.</param>
/// <param name="Skipped">Why a text that was drawn could not be checked, or null.</param>
/// <param name="By">
/// Who checked it: <c>platform</c>, or the class of a device; null, and absent from the file, where nobody did.
/// </param>
[GenerateSerializer, Immutable, Alias("ReceiptAudit")]
public sealed record ReceiptAudit(
    [property: Id(0)] string Root,
    [property: Id(1)] string Day,
    [property: Id(2)] int RatePpm,
    [property: Id(3)] bool Drawn,
    [property: Id(4)] int Positions,
    [property: Id(5)] long DriftNano,
    [property: Id(6)] string? Skipped,
    [property: Id(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? By = null)
{
    private const double Nano = 1e9;

    /// <summary>What a receipt tells; null where the device committed to nothing.</summary>
    public static ReceiptAudit? Of(TextAudit? audit) => audit?.Draw is { } draw
        ? new(
            draw.Root,
            draw.Day,
            draw.RatePpm,
            draw.IsDrawn,
            audit.Verdict?.Positions ?? 0,
            // A text with a larger drift has no receipt: it failed.
            (long)Math.Ceiling((audit.Verdict?.DriftMax ?? 0) * Nano),
            audit.Skipped,
            audit.By)
        : null;
}
