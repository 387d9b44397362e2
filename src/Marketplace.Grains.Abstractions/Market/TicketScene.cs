namespace Marketplace.Grains.Abstractions.Market;

/// <summary>The scene that waiting units need.</summary>
/// <param name="Content">What it goes by where it is loaded.</param>
/// <param name="LargestFile">Hash of its largest file.</param>
[GenerateSerializer, Immutable, Alias("TicketScene")]
public sealed record TicketScene([property: Id(0)] string Content, [property: Id(1)] string LargestFile);
