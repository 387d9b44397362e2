namespace Marketplace.Ledger.Verify;

/// <summary>Reads who works on what now; an exception means that it cannot be read now.</summary>
public interface ILeaseEvidence
{
    Task<IReadOnlyList<ActiveLease>> Read(CancellationToken cancel = default);
}
