namespace Marketplace.Solana.Rpc;

/// <summary>
/// One Solana node. Nothing is retried here: a call that fails throws <see cref="SolanaRpcException"/>, and the state
/// machine that owns the transaction decides what it means.
/// </summary>
public interface ISolanaRpc
{
    /// <summary>True when the node says "ok"; a node that is behind throws with its code.</summary>
    Task<bool> GetHealthAsync(CancellationToken cancellationToken);

    /// <summary>Names the chain. Pin it: a changed genesis is another chain.</summary>
    Task<Hash> GetGenesisHashAsync(CancellationToken cancellationToken);

    Task<ulong> GetSlotAsync(ReadOptions options, CancellationToken cancellationToken);

    Task<ulong> GetBlockHeightAsync(ReadOptions options, CancellationToken cancellationToken);

    Task<AtSlot<LatestBlockhash>> GetLatestBlockhashAsync(ReadOptions options, CancellationToken cancellationToken);

    /// <summary>Null when there is no such account.</summary>
    Task<AtSlot<AccountInfo?>> GetAccountInfoAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken);

    /// <summary>At most 100 accounts, answered in the order asked.</summary>
    Task<AtSlot<IReadOnlyList<AccountInfo?>>> GetMultipleAccountsAsync(
        IReadOnlyList<PublicKey> accounts, ReadOptions options, CancellationToken cancellationToken);

    /// <summary>Lamports; 0 for an account that does not exist.</summary>
    Task<AtSlot<ulong>> GetBalanceAsync(PublicKey account, ReadOptions options, CancellationToken cancellationToken);

    /// <summary>Throws with code -32602 when the account is missing or no token account.</summary>
    Task<AtSlot<TokenAmount>> GetTokenAccountBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken);

    Task<ulong> GetMinimumBalanceForRentExemptionAsync(int dataLength, CancellationToken cancellationToken);

    /// <summary>
    /// Hands wire bytes to the node (its own repeats switched off) and returns their first signature.
    /// </summary>
    Task<Signature> SendTransactionAsync(
        ReadOnlyMemory<byte> wire, SendOptions options, CancellationToken cancellationToken);

    Task<AtSlot<Simulation>> SimulateTransactionAsync(
        ReadOnlyMemory<byte> wire, SimulateOptions options, CancellationToken cancellationToken);

    /// <summary>At most 256 signatures; null where the node knows nothing.</summary>
    Task<AtSlot<IReadOnlyList<SignatureStatus?>>> GetSignatureStatusesAsync(
        IReadOnlyList<Signature> signatures, bool searchHistory, CancellationToken cancellationToken);

    Task<IReadOnlyList<SignatureInfo>> GetSignaturesForAddressAsync(
        PublicKey address, SignaturePage page, CancellationToken cancellationToken);

    /// <summary>
    /// Null when the node does not know the transaction at this commitment (processed is not allowed).
    /// </summary>
    Task<LandedTransaction?> GetTransactionAsync(
        Signature signature, Commitment commitment, CancellationToken cancellationToken);

    Task<IReadOnlyList<PriorityFee>> GetRecentPrioritizationFeesAsync(
        IReadOnlyList<PublicKey> writable, CancellationToken cancellationToken);

    /// <summary>Local and test chains only.</summary>
    Task<Signature> RequestAirdropAsync(PublicKey account, ulong lamports, CancellationToken cancellationToken);
}
