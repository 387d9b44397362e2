namespace Marketplace.Compute.Rendering.Film;

/// <summary>What became of sums that were added to a frame.</summary>
public enum AddOutcome
{
    Added,

    /// <summary>The very same unit is there already; nothing changed.</summary>
    AlreadyThere,

    /// <summary>Its samples are there already, at least in part, under another cut; nothing changed.</summary>
    Overlaps,

    /// <summary>It belongs to another frame, seed, picture size or sample count; nothing changed.</summary>
    NotOfThisFrame,
}
