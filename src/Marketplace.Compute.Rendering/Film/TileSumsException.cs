namespace Marketplace.Compute.Rendering.Film;

/// <summary>Bytes that claim to be tile sums and are not, or sums that cannot be true; the message says why.</summary>
public sealed class TileSumsException(string message) : FormatException(message);
