namespace Marketplace.Grains.Abstractions.Market;

/// <summary>The model that waiting work needs.</summary>
/// <param name="Name">Its name in the catalogue.</param>
/// <param name="Sha256">What it goes by.</param>
/// <param name="IsBundle">Whether it is several files, which agents of before cannot fetch.</param>
[GenerateSerializer, Immutable, Alias("TicketModel")]
public sealed record TicketModel(
    [property: Id(0)] string Name, [property: Id(1)] string Sha256, [property: Id(2)] bool IsBundle = false);
