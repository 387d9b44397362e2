namespace Marketplace.Domain.Payments;

/// <summary>What was told to the bank about a dispute.</summary>
public enum EvidenceState
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>Stored with the processor, not sent to the bank: an administrator may still add to it.</summary>
    Staged,

    /// <summary>Decided to be sent; the processor may or may not have it.</summary>
    Sending,

    /// <summary>Sent. It can be sent once only.</summary>
    Sent,
}
