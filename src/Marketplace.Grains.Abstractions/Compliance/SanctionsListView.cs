namespace Marketplace.Grains.Abstractions.Compliance;

/// <summary>The sanctions list that a host screens by.</summary>
/// <param name="Edition">Names it, or null without one.</param>
/// <param name="PublishedOn">The publisher's date.</param>
/// <param name="Parties">How many parties it names.</param>
/// <param name="ScreensNothing">True where no list is configured and none is needed: nobody is screened.</param>
/// <param name="TroubleCode">Why payouts and wallet changes wait, as a stable code, or null.</param>
/// <param name="Trouble">The same for people.</param>
/// <param name="Problem">What is wrong with the files that lie there now, or null.</param>
[GenerateSerializer, Immutable, Alias("SanctionsListView")]
public sealed record SanctionsListView(
    [property: Id(0)] string? Edition,
    [property: Id(1)] DateOnly? PublishedOn,
    [property: Id(2)] int Parties,
    [property: Id(3)] bool ScreensNothing,
    [property: Id(4)] string? TroubleCode,
    [property: Id(5)] string? Trouble,
    [property: Id(6)] string? Problem);
