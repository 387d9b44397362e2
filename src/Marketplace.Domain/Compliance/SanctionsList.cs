namespace Marketplace.Domain.Compliance;

/// <summary>A list as it was published.</summary>
/// <param name="PublishedOn">The publisher's date, not that of the file.</param>
/// <param name="Parties">Everybody on it.</param>
public sealed record SanctionsList(DateOnly PublishedOn, IReadOnlyList<ListedParty> Parties)
{
    /// <summary>Most parties of a list; the largest one in use has a tenth of it.</summary>
    public const int PartiesMax = 200_000;

    /// <summary>Names one edition, so that a verdict tells what it was made by.</summary>
    public required string Edition { get; init; }

    /// <summary>How old it is.</summary>
    public TimeSpan Age(DateTimeOffset now) =>
        now - new DateTimeOffset(PublishedOn.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
}
