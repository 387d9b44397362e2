namespace Marketplace.Solana.Rpc;

/// <content>What is asked of the node by each caller for itself.</content>
public sealed partial class SharedSolanaRpc
{
    public Task<bool> GetHealthAsync(CancellationToken cancellationToken) => _node.GetHealthAsync(cancellationToken);

    public Task<ulong> GetSlotAsync(ReadOptions options, CancellationToken cancellationToken) =>
        _node.GetSlotAsync(options, cancellationToken);

    public Task<ulong> GetBlockHeightAsync(ReadOptions options, CancellationToken cancellationToken) =>
        _node.GetBlockHeightAsync(options, cancellationToken);

    public Task<AtSlot<IReadOnlyList<AccountInfo?>>> GetMultipleAccountsAsync(
        IReadOnlyList<PublicKey> accounts, ReadOptions options, CancellationToken cancellationToken) =>
        _node.GetMultipleAccountsAsync(accounts, options, cancellationToken);

    public Task<AtSlot<ulong>> GetBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        _node.GetBalanceAsync(account, options, cancellationToken);

    public Task<AtSlot<TokenAmount>> GetTokenAccountBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        _node.GetTokenAccountBalanceAsync(account, options, cancellationToken);

    public Task<ulong> GetMinimumBalanceForRentExemptionAsync(int dataLength, CancellationToken cancellationToken) =>
        _node.GetMinimumBalanceForRentExemptionAsync(dataLength, cancellationToken);

    public Task<Signature> SendTransactionAsync(
        ReadOnlyMemory<byte> wire, SendOptions options, CancellationToken cancellationToken) =>
        _node.SendTransactionAsync(wire, options, cancellationToken);

    public Task<AtSlot<Simulation>> SimulateTransactionAsync(
        ReadOnlyMemory<byte> wire, SimulateOptions options, CancellationToken cancellationToken) =>
        _node.SimulateTransactionAsync(wire, options, cancellationToken);

    public Task<IReadOnlyList<SignatureInfo>> GetSignaturesForAddressAsync(
        PublicKey address, SignaturePage page, CancellationToken cancellationToken) =>
        _node.GetSignaturesForAddressAsync(address, page, cancellationToken);

    public Task<LandedTransaction?> GetTransactionAsync(
        Signature signature, Commitment commitment, CancellationToken cancellationToken) =>
        _node.GetTransactionAsync(signature, commitment, cancellationToken);

    public Task<IReadOnlyList<PriorityFee>> GetRecentPrioritizationFeesAsync(
        IReadOnlyList<PublicKey> writable, CancellationToken cancellationToken) =>
        _node.GetRecentPrioritizationFeesAsync(writable, cancellationToken);

    public Task<Signature> RequestAirdropAsync(
        PublicKey account, ulong lamports, CancellationToken cancellationToken) =>
        _node.RequestAirdropAsync(account, lamports, cancellationToken);
}
