using Marketplace.Domain.Compliance;
using Marketplace.Domain.Providers;

namespace Marketplace.Api.Compliance;

/// <summary>A verdict of screening.</summary>
/// <param name="Id" example="scr_01j9zq8k3v7r2m5x4c6b8n0t1w">The verdict.</param>
/// <param name="Purpose">What was screened for.</param>
/// <param name="Provider" example="prov_01j9zq8k3v7r2m5x4c6b8n0t1w">Who.</param>
/// <param name="Name" example="Rigs of the North">The name that was looked up.</param>
/// <param name="Wallet">The address that was looked up, or null.</param>
/// <param name="Edition" example="2026-01-31-0f3a5c77b2e1">The edition of the list, or none.</param>
/// <param name="Band">What it means.</param>
/// <param name="Hits">Listed parties that are alike.</param>
/// <param name="Risk">The score of a payout with its reasons, or null.</param>
/// <param name="At">When it was made.</param>
internal sealed record ScreeningResponse(
    ScreeningId Id,
    ScreenPurpose Purpose,
    ProviderId Provider,
    string Name,
    string? Wallet,
    string Edition,
    ScreenBand Band,
    IReadOnlyList<ScreenHit> Hits,
    RiskScore? Risk,
    DateTimeOffset At)
{
    public static ScreeningResponse From(Screening verdict) => new(
        verdict.Id,
        verdict.Purpose,
        verdict.Provider,
        verdict.Name,
        verdict.Wallet,
        verdict.Edition,
        verdict.Band,
        verdict.Hits,
        verdict.Risk,
        verdict.At);
}
