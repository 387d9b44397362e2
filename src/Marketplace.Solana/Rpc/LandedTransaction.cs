namespace Marketplace.Solana.Rpc;

/// <summary>A transaction that the chain executed, with its effects.</summary>
public sealed record LandedTransaction
{
    public required ulong Slot { get; init; }

    public required DateTimeOffset? BlockTime { get; init; }

    public required Transaction Transaction { get; init; }

    /// <summary>Null when every instruction succeeded.</summary>
    public required TransactionError? Error { get; init; }

    /// <summary>In lamports; charged for failed transactions too.</summary>
    public required ulong Fee { get; init; }

    public required IReadOnlyList<ulong> PreBalances { get; init; }

    public required IReadOnlyList<ulong> PostBalances { get; init; }

    public required IReadOnlyList<TokenBalance> PreTokenBalances { get; init; }

    public required IReadOnlyList<TokenBalance> PostTokenBalances { get; init; }

    /// <summary>Addresses from lookup tables: all writable ones, then all read-only ones.</summary>
    public required IReadOnlyList<PublicKey> LoadedAddresses { get; init; }

    /// <summary>Whether two nodes tell the same of a transaction, or both of them nothing.</summary>
    public static bool AreSame(LandedTransaction? one, LandedTransaction? other) =>
        one is null || other is null
            ? one is null && other is null
            : one.Slot == other.Slot
                && one.Fee == other.Fee
                && Equals(one.Error, other.Error)
                && one.Transaction.Encode().AsSpan().SequenceEqual(other.Transaction.Encode())
                && one.PreBalances.SequenceEqual(other.PreBalances)
                && one.PostBalances.SequenceEqual(other.PostBalances)
                && one.PreTokenBalances.SequenceEqual(other.PreTokenBalances)
                && one.PostTokenBalances.SequenceEqual(other.PostTokenBalances)
                && one.LoadedAddresses.SequenceEqual(other.LoadedAddresses);

    /// <summary>Every account in index order.</summary>
    public IReadOnlyList<PublicKey> Accounts => [.. Transaction.Message.Keys, .. LoadedAddresses];
}
