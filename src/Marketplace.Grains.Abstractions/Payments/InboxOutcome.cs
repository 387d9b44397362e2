namespace Marketplace.Grains.Abstractions.Payments;

/// <summary>What became of a message that says to be from the card processor.</summary>
public enum InboxOutcome
{
    /// <summary>Stored now.</summary>
    Stored,

    /// <summary>It was stored before.</summary>
    Repeated,

    /// <summary>None of our secrets has signed it, or not lately. Nothing was stored.</summary>
    Forged,

    /// <summary>Cards are not taken here.</summary>
    Off,
}
