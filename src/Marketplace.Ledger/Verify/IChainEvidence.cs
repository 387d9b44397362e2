namespace Marketplace.Ledger.Verify;

/// <summary>Reads what the chain says of the treasury; an exception means that it cannot be read now.</summary>
public interface IChainEvidence
{
    Task<ChainEvidence> Read(CancellationToken cancel = default);
}
