namespace Marketplace.Agent.Protocol;

/// <summary>What the market says to a delivery.</summary>
public enum DeliverReply
{
    /// <summary>It counts.</summary>
    Accepted = 0,

    /// <summary>The attempt is over: stop working on it.</summary>
    Stale = 1,

    /// <summary>It contradicts the order: the attempt is over.</summary>
    Refused = 2,

    /// <summary>
    /// The unit is checked: deliver it once more with its leaves. The attempt goes on until then, and trust is lost
    /// when it ends without.
    /// </summary>
    Open = 3,
}
