using Marketplace.Solana;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Testing.Solana;

public sealed partial class FakeSolana
{
    public Task<bool> GetHealthAsync(CancellationToken cancellationToken) =>
        Answer("getHealth", () => true, cancellationToken);

    public Task<Hash> GetGenesisHashAsync(CancellationToken cancellationToken) =>
        Answer("getGenesisHash", () => GenesisHash, cancellationToken);

    public Task<ulong> GetSlotAsync(ReadOptions options, CancellationToken cancellationToken) =>
        Answer("getSlot", () => SlotAt(options.Commitment), cancellationToken);

    public Task<ulong> GetBlockHeightAsync(ReadOptions options, CancellationToken cancellationToken) =>
        Answer("getBlockHeight", () => SlotAt(options.Commitment), cancellationToken);

    public Task<AtSlot<LatestBlockhash>> GetLatestBlockhashAsync(
        ReadOptions options, CancellationToken cancellationToken) =>
        Answer("getLatestBlockhash", () => At(options, Latest(SlotAt(options.Commitment))), cancellationToken);

    public Task<AtSlot<AccountInfo?>> GetAccountInfoAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        Answer("getAccountInfo", () => At(options, AccountsAt(options).GetValueOrDefault(account)), cancellationToken);

    public Task<AtSlot<IReadOnlyList<AccountInfo?>>> GetMultipleAccountsAsync(
        IReadOnlyList<PublicKey> accounts, ReadOptions options, CancellationToken cancellationToken) =>
        Answer(
            "getMultipleAccounts",
            () => At<IReadOnlyList<AccountInfo?>>(
                options, [.. accounts.Select(account => AccountsAt(options).GetValueOrDefault(account))]),
            cancellationToken);

    public Task<AtSlot<ulong>> GetBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        Answer(
            "getBalance",
            () => At(options, AccountsAt(options).GetValueOrDefault(account)?.Lamports ?? 0),
            cancellationToken);

    public Task<AtSlot<TokenAmount>> GetTokenAccountBalanceAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken) =>
        Answer(
            "getTokenAccountBalance",
            () => AccountsAt(options).TryGetValue(account, out var found)
                ? At(options, new TokenAmount(TokenAccount.Decode(found.Data.Span).Amount, 6))
                : throw new SolanaRpcException("could not find account") { Code = RpcCode.InvalidParams },
            cancellationToken);

    public Task<ulong> GetMinimumBalanceForRentExemptionAsync(int dataLength, CancellationToken cancellationToken) =>
        Answer("getMinimumBalanceForRentExemption", () => Rent(dataLength), cancellationToken);

    public Task<Signature> SendTransactionAsync(
        ReadOnlyMemory<byte> wire, SendOptions options, CancellationToken cancellationToken) =>
        Answer("sendTransaction", () => Send(wire.ToArray(), options), cancellationToken);

    public Task<AtSlot<Simulation>> SimulateTransactionAsync(
        ReadOnlyMemory<byte> wire, SimulateOptions options, CancellationToken cancellationToken) =>
        Answer(
            "simulateTransaction",
            () => At(
                new ReadOptions(options.Commitment),
                new Simulation(Simulated(Transaction.Decode(wire.Span), options), [], 2_300)),
            cancellationToken);

    public Task<AtSlot<IReadOnlyList<SignatureStatus?>>> GetSignatureStatusesAsync(
        IReadOnlyList<Signature> signatures, bool searchHistory, CancellationToken cancellationToken) =>
        Answer(
            "getSignatureStatuses",
            () =>
            {
                var isHidden = IsHiding || (_hiddenStatuses > 0 && _hiddenStatuses-- > 0);
                var answer = At<IReadOnlyList<SignatureStatus?>>(
                    ReadOptions.Processed, [.. signatures.Select(signature => isHidden ? null : StatusOf(signature))]);
                _slot += (ulong)SlotsPerPoll;
                return answer;
            },
            cancellationToken);

    public Task<IReadOnlyList<SignatureInfo>> GetSignaturesForAddressAsync(
        PublicKey address, SignaturePage page, CancellationToken cancellationToken) =>
        Answer("getSignaturesForAddress", () => History(address, page), cancellationToken);

    public Task<LandedTransaction?> GetTransactionAsync(
        Signature signature, Commitment commitment, CancellationToken cancellationToken) =>
        Answer(
            "getTransaction",
            () => IsHiding ? null : _landed.FirstOrDefault(
                one => one.Transaction.Id == signature && one.Slot <= SlotAt(commitment)),
            cancellationToken);

    public Task<IReadOnlyList<PriorityFee>> GetRecentPrioritizationFeesAsync(
        IReadOnlyList<PublicKey> writable, CancellationToken cancellationToken) =>
        Answer<IReadOnlyList<PriorityFee>>(
            "getRecentPrioritizationFees", () => [new PriorityFee(_slot, 0)], cancellationToken);

    public Task<Signature> RequestAirdropAsync(
        PublicKey account, ulong lamports, CancellationToken cancellationToken)
    {
        SetLamports(account, lamports + Locked(() => _accounts.GetValueOrDefault(account)?.Lamports ?? 0));
        return Task.FromResult(new Signature(new byte[Signature.Length]));
    }

    private LatestBlockhash Latest(ulong slot) => new(HashOf(slot), slot + BlockhashAgeMax);

    private AtSlot<T> At<T>(ReadOptions options, T value) => new(SlotAt(options.Commitment), value);

    private Signature Send(byte[] wire, SendOptions options)
    {
        var fault = _sendFaults.TryDequeue(out var next) ? next : (SendFault?)null;

        if (fault is SendFault.RequestLost or SendFault.NodeBehind)
        {
            throw fault is SendFault.NodeBehind
                ? new SolanaRpcException("Node is behind by 42 slots") { Code = RpcCode.NodeUnhealthy }
                : new SolanaRpcException("sendTransaction: the node cannot be reached.");
        }

        Received.Add(wire);
        var transaction = Transaction.Decode(wire);

        if (!options.SkipPreflight && Try(transaction).Error is { } error)
        {
            throw new SolanaRpcException($"Transaction simulation failed: {error}")
            {
                Code = RpcCode.PreflightFailed,
                TransactionError = error,
            };
        }

        if (fault is not SendFault.AckOnly)
        {
            Run(transaction);
        }

        return fault is SendFault.ReplyLost
            ? throw new SolanaRpcException("sendTransaction: the answer was lost.")
            : transaction.Id;
    }

    private TransactionError? Simulated(Transaction transaction, SimulateOptions options)
    {
        if (options.VerifySignatures)
        {
            return Try(transaction).Error;
        }

        // Without signatures: what the instructions would do, behind whatever nonce or blockhash the message names.
        var error = TryUnsigned(transaction.Message);
        return options.ReplaceRecentBlockhash && error is TransactionError.Whole { Name: "BlockhashNotFound" } ? null : error;
    }

    private TransactionError? TryUnsigned(Message message)
    {
        var instructions = message.Decompile();
        var nonce = NonceOf(instructions, message.RecentBlockhash);

        if (nonce is null && !IsRecent(message.RecentBlockhash))
        {
            return new TransactionError.Whole("BlockhashNotFound");
        }

        if (!_accounts.ContainsKey(message.FeePayer))
        {
            return new TransactionError.Whole("AccountNotFound");
        }

        var after = _accounts;

        for (var index = 0; index < instructions.Count; index++)
        {
            if (Apply(instructions[index], ref after, nonce) is { } problem)
            {
                return new TransactionError.InInstruction(index, problem.Name, problem.Custom);
            }
        }

        return null;
    }

    private SignatureStatus? StatusOf(Signature signature)
    {
        var landed = _landed.FirstOrDefault(one => one.Transaction.Id == signature);

        if (landed is null)
        {
            return null;
        }

        var commitment = landed.Slot <= SlotAt(Commitment.Finalized) ? Commitment.Finalized
            : landed.Slot <= SlotAt(Commitment.Confirmed) ? Commitment.Confirmed
            : Commitment.Processed;
        return new SignatureStatus(landed.Slot, commitment, landed.Error);
    }

    private IReadOnlyList<SignatureInfo> History(PublicKey address, SignaturePage page)
    {
        var newest = _landed.AsEnumerable().Reverse()
            .Where(one => one.Accounts.Contains(address) && one.Slot <= SlotAt(page.Commitment));

        if (page.Before is not null)
        {
            newest = newest.SkipWhile(one => one.Transaction.Id != page.Before).Skip(1);
        }

        return
        [
            .. newest.TakeWhile(one => one.Transaction.Id != page.Until)
                .Take(page.Limit)
                .Select(one => new SignatureInfo(one.Transaction.Id, one.Slot, one.Error, null, one.BlockTime)),
        ];
    }
}
