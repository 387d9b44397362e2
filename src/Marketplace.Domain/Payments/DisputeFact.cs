using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>A dispute as the processor has it.</summary>
/// <param name="Id">Such as <c>dp_…</c>.</param>
/// <param name="Amount">What is disputed.</param>
/// <param name="State">How far it is.</param>
/// <param name="IsWithdrawn">The funds were taken.</param>
/// <param name="IsReinstated">The funds are back.</param>
/// <param name="Fee">What the processor took for it.</param>
/// <param name="Reason">In the processor's word.</param>
/// <param name="EvidenceDue">Until when evidence is taken.</param>
/// <param name="IsEvidenceSent">Evidence was sent to the bank.</param>
public sealed record DisputeFact(
    string Id,
    Cents Amount,
    DisputeState State,
    bool IsWithdrawn,
    bool IsReinstated,
    Cents Fee,
    string Reason,
    DateTimeOffset? EvidenceDue,
    bool IsEvidenceSent);
