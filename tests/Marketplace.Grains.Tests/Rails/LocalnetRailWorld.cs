using Marketplace.Domain.Payouts;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;

namespace Marketplace.Grains.Tests.Rails;

/// <summary>Two processes of the local chain, each with a genesis of its own; their slots move by hand.</summary>
internal sealed class LocalnetRailWorld : RailWorld
{
    private const int SlotsAPass = 4;
    private const ulong Lamports = 5_000_000_000;

    private readonly SolanaLocalnet _chain;
    private readonly SolanaLocalnet _other;
    private readonly Keypair _key;
    private readonly SolanaRail _rail;

    private LocalnetRailWorld(SolanaLocalnet chain, SolanaLocalnet other, RailName name)
    {
        (_chain, _other, _key) = (chain, other, Keypair.Generate());
        _rail = new SolanaRail([chain.Rpc], chain.UsdcMint, new FileSigner(_key), 1_000_000_000) { Name = name };
    }

    public override ISettlementRail Rail => _rail;

    public override string Chain => _chain.GenesisHash.ToString();

    public override string OtherChain => _other.GenesisHash.ToString();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RailWorld> Open(RailName name)
    {
        if (SolanaLocalnet.WhyUnavailable() is { } reason)
        {
            Assert.Skip(reason);
        }

        var chain = await SolanaLocalnet.StartAsync(Cancel, slotMilliseconds: 0);
        var world = new LocalnetRailWorld(chain, await SolanaLocalnet.StartAsync(Cancel, slotMilliseconds: 0), name);
        await chain.Rpc.RequestAirdropAsync(world._rail.Treasury, Lamports, Cancel);
        await chain.AdvanceAsync(40, Cancel);
        return world;
    }

    public override string Wallet(int number) => LaneScene.Wallet(number).PublicKey.ToString();

    public override string Reference(int number) => LaneScene.Wallet(50 + number).PublicKey.ToString();

    public override async Task Fund(long micros)
    {
        await _chain.MintUsdcAsync(_rail.Treasury, micros, Cancel);
        await _chain.AdvanceAsync(40, Cancel);
    }

    public override async Task<long> UsdcOf(string wallet)
    {
        var account = AssociatedTokenProgram.Address(PublicKey.Parse(wallet), _chain.UsdcMint);
        var found = (await _chain.Rpc.GetAccountInfoAsync(account, ReadOptions.Finalized, Cancel)).Value;
        return found is null ? 0 : (long)TokenAccount.Decode(found.Data.Span).Amount;
    }

    public override Task<long> Treasury() => UsdcOf(_rail.Treasury.ToString());

    public override Task Pass() => _chain.AdvanceAsync(SlotsAPass, Cancel);

    public override async Task LoseSends()
    {
        await _chain.SetFaultAsync(new() { ["kind"] = "drop", ["method"] = "sendTransaction", ["count"] = 1 }, Cancel);
        await _chain.SetFaultAsync(
            new() { ["kind"] = "drop_after", ["method"] = "sendTransaction", ["count"] = 1 }, Cancel);
    }

    public override async Task Deposit(long micros, string? reference)
    {
        using var payer = Keypair.Generate();
        await _chain.Rpc.RequestAirdropAsync(payer.PublicKey, Lamports, Cancel);
        var source = await _chain.MintUsdcAsync(payer.PublicKey, micros, Cancel);
        await _chain.AdvanceAsync(1, Cancel);
        var transfer = TokenProgram.TransferChecked(new TokenTransfer
        {
            Source = source,
            Mint = _chain.UsdcMint,
            Destination = _rail.TreasuryAccount,
            Owner = payer.PublicKey,
            Amount = (ulong)micros,
            Decimals = SolanaRail.UsdcDecimals,
        });
        var latest = await _chain.Rpc.GetLatestBlockhashAsync(ReadOptions.Processed, Cancel);
        var message = Message.Compile(
            payer.PublicKey,
            latest.Value.Blockhash,
            [reference is null ? transfer : transfer.WithReferences(PublicKey.Parse(reference))]);
        await _chain.Rpc.SendTransactionAsync(
            new Transaction([payer.Sign(message.Encode())], message).Encode(),
            new SendOptions { SkipPreflight = true },
            Cancel);
    }

    public override async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _chain.DisposeAsync();
        await _other.DisposeAsync();
    }
}
