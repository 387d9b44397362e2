using Marketplace.Grains.Abstractions.Compliance;

namespace Marketplace.Api.Compliance;

/// <summary>The sanctions list that the answering host screens by.</summary>
/// <param name="Edition" example="2026-01-31-0f3a5c77b2e1">Names the edition, or null without one.</param>
/// <param name="PublishedOn">The publisher's date, or null.</param>
/// <param name="Parties" example="18000">How many parties it names.</param>
/// <param name="ScreensNothing" example="false">True in development without a list: nobody is screened.</param>
/// <param name="TroubleCode" example="compliance-list-stale">Why payouts and wallet changes wait, or null.</param>
/// <param name="Trouble">The same in words.</param>
/// <param name="Problem">What is wrong with the files that lie there now, or null.</param>
internal sealed record SanctionsListResponse(
    string? Edition,
    DateOnly? PublishedOn,
    int Parties,
    bool ScreensNothing,
    string? TroubleCode,
    string? Trouble,
    string? Problem)
{
    public static SanctionsListResponse From(SanctionsListView view) => new(
        view.Edition,
        view.PublishedOn,
        view.Parties,
        view.ScreensNothing,
        view.TroubleCode,
        view.Trouble,
        view.Problem);
}
