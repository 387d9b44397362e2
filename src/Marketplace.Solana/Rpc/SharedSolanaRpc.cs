namespace Marketplace.Solana.Rpc;

/// <summary>
/// One node that many lanes ask at the same time: statuses and single accounts asked for together share a call, and so
/// do equal questions about the chain. Everything else goes through as it is.
/// </summary>
public sealed partial class SharedSolanaRpc : ISolanaRpc
{
    private const int StatusesMax = 256;
    private const int AccountsMax = 100;

    private readonly ISolanaRpc _node;
    private readonly SharedCalls<Signature, SignatureStatus?> _statuses;
    private readonly SharedCalls<Signature, SignatureStatus?> _recentStatuses;
    private readonly Dictionary<Commitment, SharedCalls<(PublicKey Key, ulong? From), AccountInfo?>> _accounts;
    private readonly SharedCalls<bool, Hash> _genesis;
    private readonly SharedCalls<bool, AtSlot<LatestBlockhash>> _blockhash;

    public SharedSolanaRpc(ISolanaRpc node, TimeProvider? clock = null)
    {
        var time = clock ?? TimeProvider.System;
        _node = node;
        _statuses = new(
            StatusesMax, asked => node.GetSignatureStatusesAsync(asked, true, CancellationToken.None), time);
        _recentStatuses = new(
            StatusesMax, asked => node.GetSignatureStatusesAsync(asked, false, CancellationToken.None), time);
        _genesis = new(
            StatusesMax,
            async asked =>
            {
                var hash = await node.GetGenesisHashAsync(CancellationToken.None);
                return new(0, [.. asked.Select(_ => hash)]);
            },
            time);
        _blockhash = new(
            StatusesMax,
            async asked =>
            {
                var latest = await node.GetLatestBlockhashAsync(ReadOptions.Confirmed, CancellationToken.None);
                return new(latest.Slot, [.. asked.Select(_ => latest)]);
            },
            time);
        _accounts = Enum.GetValues<Commitment>().ToDictionary(
            commitment => commitment,
            commitment => new SharedCalls<(PublicKey Key, ulong? From), AccountInfo?>(
                AccountsMax, asked => Accounts(asked, commitment), time));
    }

    public Task<AtSlot<IReadOnlyList<SignatureStatus?>>> GetSignatureStatusesAsync(
        IReadOnlyList<Signature> signatures, bool searchHistory, CancellationToken cancellationToken) =>
        signatures.Count is 0 or > StatusesMax
            ? _node.GetSignatureStatusesAsync(signatures, searchHistory, cancellationToken)
            : (searchHistory ? _statuses : _recentStatuses).Ask(signatures, cancellationToken);

    public async Task<AtSlot<AccountInfo?>> GetAccountInfoAsync(
        PublicKey account, ReadOptions options, CancellationToken cancellationToken)
    {
        var answer = await _accounts[options.Commitment].Ask(
            [(account, options.MinContextSlot)], cancellationToken);

        // Others may have asked for less: what is too old for this one is refused as the node would.
        return options.MinContextSlot is { } from && answer.Slot < from
            ? throw new SolanaRpcException($"getAccountInfo: slot {from} is not reached, the node is at {answer.Slot}.")
            {
                Code = RpcCode.MinContextSlot,
            }
            : new(answer.Slot, answer.Value[0]);
    }

    public async Task<Hash> GetGenesisHashAsync(CancellationToken cancellationToken) =>
        (await _genesis.Ask([true], cancellationToken)).Value[0];

    public async Task<AtSlot<LatestBlockhash>> GetLatestBlockhashAsync(
        ReadOptions options, CancellationToken cancellationToken) => options == ReadOptions.Confirmed
        ? (await _blockhash.Ask([true], cancellationToken)).Value[0]
        : await _node.GetLatestBlockhashAsync(options, cancellationToken);

    private Task<AtSlot<IReadOnlyList<AccountInfo?>>> Accounts(
        IReadOnlyList<(PublicKey Key, ulong? From)> asked, Commitment commitment) =>
        _node.GetMultipleAccountsAsync(
            [.. asked.Select(one => one.Key)],
            new ReadOptions(commitment, asked.Any(one => one.From is null) ? null : asked.Min(one => one.From)),
            CancellationToken.None);
}
