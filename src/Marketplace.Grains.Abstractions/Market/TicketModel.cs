namespace Marketplace.Grains.Abstractions.Market;

/// <summary>The model that waiting work needs.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Sha256">What it goes by.</param>
[GenerateSerializer, Immutable, Alias("TicketModel")]
public sealed record TicketModel([property: Id(0)] string Name, [property: Id(1)] string Sha256);
