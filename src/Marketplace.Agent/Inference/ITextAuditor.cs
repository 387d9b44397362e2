using Marketplace.Agent.Protocol;
using Marketplace.Domain.Verification;

namespace Marketplace.Agent.Inference;

/// <summary>Computes another device's text again: a language model on the device.</summary>
internal interface ITextAuditor
{
    /// <summary>What this device finds, one for each token of the order.</summary>
    /// <exception cref="Work.WorkFault">The order cannot be done here.</exception>
    Task<IReadOnlyList<MeasuredPosition>> Measure(AuditOrderMessage order, CancellationToken cancel);
}
