namespace Marketplace.Solana.Rpc;

/// <content>Every read goes to the first node that answers.</content>
public sealed partial class SolanaNodes : ISolanaRpc
{
    public Task<bool> GetHealthAsync(CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetHealthAsync(stop), cancellationToken);

    public Task<Hash> GetGenesisHashAsync(CancellationToken cancellationToken) =>
        Chain(cancellationToken);

    public Task<ulong> GetSlotAsync(ReadOptions options, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetSlotAsync(options, stop), cancellationToken);

    public Task<ulong> GetBlockHeightAsync(ReadOptions options, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetBlockHeightAsync(options, stop), cancellationToken);

    public Task<AtSlot<LatestBlockhash>> GetLatestBlockhashAsync(
        ReadOptions options, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetLatestBlockhashAsync(options, stop), cancellationToken);

    public Task<AtSlot<AccountInfo?>> GetAccountInfoAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetAccountInfoAsync(account, options, stop), cancellationToken);

    public Task<AtSlot<IReadOnlyList<AccountInfo?>>> GetMultipleAccountsAsync(
        IReadOnlyList<PublicKey> accounts, ReadOptions options, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetMultipleAccountsAsync(accounts, options, stop), cancellationToken);

    public Task<AtSlot<ulong>> GetBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetBalanceAsync(account, options, stop), cancellationToken);

    public Task<AtSlot<TokenAmount>> GetTokenAccountBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetTokenAccountBalanceAsync(account, options, stop), cancellationToken);

    public Task<ulong> GetMinimumBalanceForRentExemptionAsync(int dataLength, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetMinimumBalanceForRentExemptionAsync(dataLength, stop), cancellationToken);

    public Task<Signature> SendTransactionAsync(
        ReadOnlyMemory<byte> wire, SendOptions options, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.SendTransactionAsync(wire, options, stop), cancellationToken);

    public Task<AtSlot<Simulation>> SimulateTransactionAsync(
        ReadOnlyMemory<byte> wire, SimulateOptions options, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.SimulateTransactionAsync(wire, options, stop), cancellationToken);

    public Task<AtSlot<IReadOnlyList<SignatureStatus?>>> GetSignatureStatusesAsync(
        IReadOnlyList<Signature> signatures, bool searchHistory, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetSignatureStatusesAsync(signatures, searchHistory, stop), cancellationToken);

    public Task<IReadOnlyList<SignatureInfo>> GetSignaturesForAddressAsync(
        PublicKey address, SignaturePage page, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetSignaturesForAddressAsync(address, page, stop), cancellationToken);

    public Task<LandedTransaction?> GetTransactionAsync(
        Signature signature, Commitment commitment, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetTransactionAsync(signature, commitment, stop), cancellationToken);

    public Task<IReadOnlyList<PriorityFee>> GetRecentPrioritizationFeesAsync(
        IReadOnlyList<PublicKey> writable, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.GetRecentPrioritizationFeesAsync(writable, stop), cancellationToken);

    public Task<Signature> RequestAirdropAsync(
        PublicKey account, ulong lamports, CancellationToken cancellationToken) =>
        Ask((node, stop) => node.RequestAirdropAsync(account, lamports, stop), cancellationToken);
}
