namespace Marketplace.Solana.Keys;

/// <summary>
/// The signer's own memory of lookup tables: it believes no caller and no node about what an index stands for.
/// </summary>
public interface ITableRecord
{
    /// <summary>What was written down of the table; null for a table that is not ours.</summary>
    ValueTask<RecordedTable?> FindAsync(PublicKey table, CancellationToken cancellationToken);
}
