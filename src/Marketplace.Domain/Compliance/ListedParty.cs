namespace Marketplace.Domain.Compliance;

/// <summary>One party of a sanctions list.</summary>
public sealed record ListedParty
{
    /// <summary>The list's own number of it.</summary>
    public required string Id { get; init; }

    public required PartyKind Kind { get; init; }

    public required string Name { get; init; }

    /// <summary>Other names, weak ones too.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The programmes that it is listed under.</summary>
    public IReadOnlyList<string> Programs { get; init; } = [];

    public IReadOnlyList<string> Countries { get; init; } = [];

    public IReadOnlyList<ListedAddress> Addresses { get; init; } = [];
}
