namespace Marketplace.Grains.Abstractions.Market;

/// <summary>What a book knows of room for a piece of work.</summary>
/// <param name="HasRoom">Whether a device with a free place could take it, or it is gone already.</param>
/// <param name="Run">The line of a batch that should give way; null for none.</param>
[GenerateSerializer, Immutable, Alias("WayOutcome")]
public sealed record WayOutcome([property: Id(0)] bool HasRoom, [property: Id(1)] BatchRun? Run);
