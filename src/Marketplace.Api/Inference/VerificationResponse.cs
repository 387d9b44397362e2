using Marketplace.Domain.Verification;

namespace Marketplace.Api.Inference;

/// <summary>How a text was verified.</summary>
/// <param name="Verdict" example="passed">
/// passed, failed, pending, or unchecked: most texts of a device that has earned trust are not checked.
/// </param>
/// <param name="Root">What the device committed to before it was drawn; null where it committed to nothing.</param>
/// <param name="Rate" example="0.02">Probability that it was checked; null without a commitment.</param>
/// <param name="Day" example="2026-01-05">Whose secret drew: see /v1/verification/draws/{day}.</param>
/// <param name="Positions" example="120">Positions that were computed again; null without a check.</param>
/// <param name="Drift" example="0.0000021">Largest difference of a log-probability; null without a check.</param>
/// <param name="Cause" example="other-logits">
/// Why it does not stand: other-logits, other-tokens, other-end or other-header; else null.
/// </param>
/// <param name="Skipped">Why a text that was drawn could not be checked, or null.</param>
/// <param name="CheckedBy" example="platform">
/// platform, or the class of the device of another owner that checked it; null where nobody did.
/// </param>
internal sealed record VerificationResponse(
    string Verdict,
    string? Root,
    double? Rate,
    string? Day,
    int? Positions,
    double? Drift,
    string? Cause,
    string? Skipped,
    string? CheckedBy)
{
    public static VerificationResponse? From(TextAudit? audit) => audit is null
        ? null
        : new(
            audit.Word,
            audit.Draw?.Root,
            audit.Draw?.RatePpm / (double)AuditDraw.Million,
            audit.Draw?.Day,
            audit.Verdict?.Positions,
            audit.Verdict?.DriftMax,
            audit.Verdict?.Cause,
            audit.Skipped,
            audit.By);
}
