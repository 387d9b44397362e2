using Marketplace.Ledger.Verify;

namespace Marketplace.Grains.Payouts;

/// <summary>Reads what the chain of a rail says of the treasury on it, for an audit. It changes nothing.</summary>
internal interface IRailWitness
{
    /// <exception cref="Exception">It cannot be read now, or not enough nodes say the same.</exception>
    Task<RailEvidence> Read(CancellationToken cancel);
}
