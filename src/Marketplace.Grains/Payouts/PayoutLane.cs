using Marketplace.Ledger.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Payouts;

/// <summary>
/// One lane: plans a chunk, signs it, stores the bytes, sends the same bytes until the chain is final about them, and
/// posts. Every step reads its state from the rows, so a lane that died goes on where it stopped. It never signs for
/// another nonce value, or on another blockhash, while anything signed before could still land.
/// </summary>
internal sealed partial class PayoutLane(SolanaRail rail, Hash genesis, LaneSetting setting) : ISettlementLane
{
    private static readonly TimeSpan ChainKnownFor = TimeSpan.FromSeconds(10);

    private readonly SolanaRail _rail = rail;
    private readonly Hash _genesis = genesis;
    private readonly PayoutChunks _chunks = setting.Chunks;
    private readonly PublicKey _nonceAccount = rail.NonceAccountOf(setting.Lane);
    private LaneLease? _lease;
    private Chunk? _followed;
    private DateTimeOffset _chainKnownUntil;
    private ulong _finalizedSlot;

    public PublicKey NonceAccount => _nonceAccount;

    public async Task<LaneReport> Step(CancellationToken cancel)
    {
        try
        {
            _rail.Rpc.Pin(_genesis);

            if (await OtherChain(cancel) is { } met)
            {
                await setting.Desk.Freeze($"the node is of chain {met}, not {_genesis}", cancel);
                return LaneReport.Stuck($"the node is of another chain: {met}");
            }

            if (await _rail.WentBack(setting.Clock.GetUtcNow(), cancel) is { } back)
            {
                await setting.Desk.Freeze(back, cancel);
            }

            if (await Lease(cancel) is not { } lease)
            {
                return LaneReport.Stuck(await WhyNoLease(cancel));
            }

            // While the lease is ours nobody else changes the chunk, and each write looks at its row anyway.
            var live = _followed ?? await _chunks.Live(setting.Lane, cancel);
            _followed = null;

            return live switch
            {
                null => await PlanNext(lease, cancel),
                { State: ChunkState.Planned } chunk => await Sign(lease, chunk, cancel),
                { State: ChunkState.Signed } chunk => await SendFirst(lease, chunk, cancel),
                var chunk => await Follow(lease, chunk, cancel),
            };
        }
        catch (SolanaRpcException problem)
        {
            // No answer is no evidence: look again later.
            return LaneReport.Stuck(problem.Message);
        }
        catch (SignerUnavailableException problem)
        {
            // Nothing was signed: payouts wait for the signer.
            return LaneReport.Stuck(problem.Message);
        }
    }

    public async Task Leave(CancellationToken cancel)
    {
        if (_lease is not null)
        {
            await _chunks.Release(_lease, cancel);
            _lease = null;
            _followed = null;
        }
    }

    /// <summary>
    /// The chain of the node where it is not ours. While bytes are only followed it is asked now and then.
    /// </summary>
    private async Task<Hash?> OtherChain(CancellationToken cancel)
    {
        if (_followed is not null && setting.Clock.GetUtcNow() < _chainKnownUntil)
        {
            return null;
        }

        if (await _rail.Rpc.GetGenesisHashAsync(cancel) is var met && met != _genesis)
        {
            return met;
        }

        _chainKnownUntil = setting.Clock.GetUtcNow() + ChainKnownFor;
        return null;
    }

    private async Task<LaneLease?> Lease(CancellationToken cancel)
    {
        var term = setting.Options.LaneLease;

        if (_lease is not null)
        {
            _lease = _lease.Until - setting.Clock.GetUtcNow() > term / 2
                ? _lease
                : await _chunks.Renew(_lease, term, cancel);
        }

        if (_lease is not null)
        {
            return _lease;
        }

        _followed = null;
        _lease = await _chunks.Take(Pin, setting.Lane, _nonceAccount.ToString(), setting.Holder, term, cancel);
        return _lease;
    }

    private RailPin Pin => new(_rail.Name, _genesis.ToString());

    private async Task<string> WhyNoLease(CancellationToken cancel) =>
        await _chunks.PinOf(setting.Lane, cancel) is { } pin && pin != Pin
            ? $"the lane is of rail {pin.Rail} on chain {pin.Chain}, not of {_rail.Name} on {_genesis}"
            : "another worker has the lane";

    private LaneReport LostLease()
    {
        _lease = null;
        _followed = null;
        return LaneReport.Stuck("the lane was lost to another worker");
    }

    /// <summary>
    /// The nonce as the chain is final about it; null where the account is missing or not initialized.
    /// </summary>
    private async Task<NonceAccount?> FinalNonce(CancellationToken cancel)
    {
        // A node that lags behind what was seen before has to say so instead of showing an old value.
        var options = new ReadOptions(Commitment.Finalized, _finalizedSlot == 0 ? null : _finalizedSlot);
        var answer = await _rail.Rpc.Agree(
            (node, stop) => node.GetAccountInfoAsync(_nonceAccount, options, stop), AreSame, cancel);
        _finalizedSlot = Math.Max(_finalizedSlot, answer.Slot);

        return answer.Value is { } account && account.Owner == SystemProgram.Id
            && account.Data.Length == Solana.Programs.NonceAccount.Length
                ? Solana.Programs.NonceAccount.Decode(account.Data.Span)
                : null;
    }

    private static bool AreSame(AtSlot<AccountInfo?> one, AtSlot<AccountInfo?> other) =>
        one.Value is null || other.Value is null
            ? one.Value is null && other.Value is null
            : one.Value.Owner == other.Value.Owner && one.Value.Data.Span.SequenceEqual(other.Value.Data.Span);

    private async Task Tell(Chunk chunk, CancellationToken cancel)
    {
        foreach (var row in chunk.Payouts)
        {
            await setting.Desk.Changed(row, cancel);
        }
    }
}
