using Marketplace.Solana;
using Marketplace.Solana.Rpc;

namespace Marketplace.Testing.Solana;

/// <summary>Another node of the same chain, which may lag behind it or deny what it has seen.</summary>
public sealed class SolanaNode(ISolanaRpc chain) : ISolanaRpc
{
    /// <summary>Statuses, histories and transactions are not found.</summary>
    public bool Denies { get; set; }

    /// <summary>How many blocks it is behind.</summary>
    public ulong Lag { get; set; }

    /// <summary>It cannot be reached.</summary>
    public bool IsDown { get; set; }

    /// <summary>It takes calls and never answers.</summary>
    public bool Hangs { get; set; }

    /// <summary>Every transaction is finalized, it says, and every account holds other bytes.</summary>
    public bool Lies { get; set; }

    /// <summary>How many calls it has had.</summary>
    public int Calls { get; private set; }

    /// <summary>Another chain's, when set.</summary>
    public Hash? Genesis { get; set; }

    public async Task<bool> GetHealthAsync(CancellationToken cancellationToken)
    {
        await Answer(cancellationToken);
        return await Chain.GetHealthAsync(cancellationToken);
    }

    public async Task<Hash> GetGenesisHashAsync(CancellationToken cancellationToken)
    {
        await Answer(cancellationToken);
        return Genesis ?? await Chain.GetGenesisHashAsync(cancellationToken);
    }

    public async Task<ulong> GetSlotAsync(ReadOptions options, CancellationToken cancellationToken) =>
        await Chain.GetSlotAsync(options, cancellationToken) - Lag;

    public async Task<ulong> GetBlockHeightAsync(ReadOptions options, CancellationToken cancellationToken) =>
        await Chain.GetBlockHeightAsync(options with { MinContextSlot = null }, cancellationToken) - Lag;

    public Task<AtSlot<LatestBlockhash>> GetLatestBlockhashAsync(
        ReadOptions options, CancellationToken cancellationToken) =>
        Chain.GetLatestBlockhashAsync(options, cancellationToken);

    public async Task<AtSlot<AccountInfo?>> GetAccountInfoAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken)
    {
        await Answer(cancellationToken);
        var answer = await Chain.GetAccountInfoAsync(account, options, cancellationToken);
        return answer with { Value = Twisted(answer.Value) };
    }

    public async Task<AtSlot<IReadOnlyList<AccountInfo?>>> GetMultipleAccountsAsync(
        IReadOnlyList<PublicKey> accounts, ReadOptions options, CancellationToken cancellationToken)
    {
        await Answer(cancellationToken);
        return await Chain.GetMultipleAccountsAsync(accounts, options, cancellationToken);
    }

    public Task<AtSlot<ulong>> GetBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        Chain.GetBalanceAsync(account, options, cancellationToken);

    public Task<AtSlot<TokenAmount>> GetTokenAccountBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        Chain.GetTokenAccountBalanceAsync(account, options, cancellationToken);

    public Task<ulong> GetMinimumBalanceForRentExemptionAsync(int dataLength, CancellationToken cancellationToken) =>
        Chain.GetMinimumBalanceForRentExemptionAsync(dataLength, cancellationToken);

    public async Task<Signature> SendTransactionAsync(
        ReadOnlyMemory<byte> wire, SendOptions options, CancellationToken cancellationToken)
    {
        await Answer(cancellationToken);
        return Lies ? Transaction.Decode(wire.Span).Id : await Chain.SendTransactionAsync(wire, options, cancellationToken);
    }

    public Task<AtSlot<Simulation>> SimulateTransactionAsync(
        ReadOnlyMemory<byte> wire, SimulateOptions options, CancellationToken cancellationToken) =>
        Chain.SimulateTransactionAsync(wire, options, cancellationToken);

    public async Task<AtSlot<IReadOnlyList<SignatureStatus?>>> GetSignatureStatusesAsync(
        IReadOnlyList<Signature> signatures, bool searchHistory, CancellationToken cancellationToken)
    {
        await Answer(cancellationToken);
        var answer = await Chain.GetSignatureStatusesAsync(signatures, searchHistory, cancellationToken);

        if (Lies)
        {
            var final = new SignatureStatus(answer.Slot, Commitment.Finalized, null);
            return answer with { Value = [.. signatures.Select(_ => final)] };
        }

        return Denies ? answer with { Value = new SignatureStatus?[signatures.Count] } : answer;
    }

    public async Task<IReadOnlyList<SignatureInfo>> GetSignaturesForAddressAsync(
        PublicKey address, SignaturePage page, CancellationToken cancellationToken)
    {
        await Answer(cancellationToken);
        var answer = await Chain.GetSignaturesForAddressAsync(address, page, cancellationToken);
        return Denies ? [] : answer;
    }

    public async Task<LandedTransaction?> GetTransactionAsync(
        Signature signature, Commitment commitment, CancellationToken cancellationToken)
    {
        await Answer(cancellationToken);
        var answer = await Chain.GetTransactionAsync(signature, commitment, cancellationToken);
        return Denies ? null : Twisted(answer);
    }

    public Task<IReadOnlyList<PriorityFee>> GetRecentPrioritizationFeesAsync(
        IReadOnlyList<PublicKey> writable, CancellationToken cancellationToken) =>
        Chain.GetRecentPrioritizationFeesAsync(writable, cancellationToken);

    public Task<Signature> RequestAirdropAsync(
        PublicKey account, ulong lamports, CancellationToken cancellationToken) =>
        Chain.RequestAirdropAsync(account, lamports, cancellationToken);

    private ISolanaRpc Chain
    {
        get
        {
            Calls++;
            return IsDown ? throw new SolanaRpcException("the node cannot be reached.") : chain;
        }
    }

    /// <summary>Never, where it hangs: only giving up ends it.</summary>
    private Task Answer(CancellationToken cancellationToken) =>
        Hangs ? Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken) : Task.CompletedTask;

    private AccountInfo? Twisted(AccountInfo? account)
    {
        if (!Lies || account is null || account.Data.Length == 0)
        {
            return account;
        }

        var data = account.Data.ToArray();
        data[40] ^= 1;
        return account with { Data = data };
    }

    private LandedTransaction? Twisted(LandedTransaction? landed) => Lies && landed is not null
        ? landed with
        {
            Slot = landed.Slot + 1,
            PostTokenBalances = [.. landed.PostTokenBalances.Select(one => one with { Amount = one.Amount + 1_000_000 })],
        }
        : landed;
}
