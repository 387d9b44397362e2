namespace Marketplace.Grains.Abstractions.Batches;

/// <summary>The envelope of one line.</summary>
/// <param name="CustomId">The owner's name of it, or null when it is at fault.</param>
/// <param name="Fault">What is wrong, without the line's number; null for nothing.</param>
public sealed record LineReading(string? CustomId, BatchFault? Fault);
