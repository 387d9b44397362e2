namespace Marketplace.Grains.Abstractions.Ledger;

/// <summary>One line of a list: the detail is the JSON object that its kind keeps for lists.</summary>
[GenerateSerializer, Immutable, Alias("ListItem")]
public sealed record ListItem(
    [property: Id(0)] string Id,
    [property: Id(1)] string Owner,
    [property: Id(2)] string State,
    [property: Id(3)] string Detail,
    [property: Id(4)] DateTimeOffset CreatedAt);
