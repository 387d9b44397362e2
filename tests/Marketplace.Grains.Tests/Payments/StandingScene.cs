using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Grains.Payments;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Ledger.Payments;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;

namespace Marketplace.Grains.Tests.Payments;

/// <summary>Customers with standing addresses on a chain in memory, and a scan that can die and come back.</summary>
internal sealed class StandingScene : IAsyncDisposable
{
    private readonly DepositKeys _keys = new([.. Enumerable.Repeat((byte)9, 32)]);
    private readonly Dictionary<int, long> _paid = [];
    private int _transfers;

    private StandingScene(LaneScene scene)
    {
        Scene = scene;
        Rows = new DepositAddressRows(scene.Books.Database, scene.Clock);
        scene.Chain.MintUsdc(scene.Rail.Treasury, 0);
        Restart(null);
    }

    public LaneScene Scene { get; }

    public DepositAddressRows Rows { get; }

    public IDepositSource Scan { get; private set; } = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<StandingScene> Open(int nodes = 1) => new(await LaneScene.Open(nodes: nodes));

    public static AccountId Customer(int number) => PaymentBooks.Customer(number);

    public void Restart(string? crashAt, Usdc? sweepMin = null) => Scan = Scene.Rail.OpenDeposits(
        Scene.Chain.GenesisHash.ToString(),
        new DepositSetting(Scene.Books.Deposits, Scene.Books.Chunks, new CrashPoint(crashAt), Scene.Desk.Freeze)
        {
            Standing = new StandingSetting(
                Rows, _keys, new NetworkFees(Scene.Books.Book), sweepMin ?? Usdc.FromMicros(1)),
        });

    /// <summary>The key of a customer's address; the caller disposes it.</summary>
    public Keypair KeyOf(int customer) => _keys.Of(Customer(customer));

    public async Task<PublicKey> Address(int customer)
    {
        using var key = _keys.Of(Customer(customer));
        var account = AssociatedTokenProgram.Address(key.PublicKey, Scene.Rail.Mint);
        var opened = await Rows.Open(
            new StandingAddress(Customer(customer), key.PublicKey.ToString(), account.ToString()), Cancel);
        return PublicKey.Parse(opened.Address);
    }

    /// <summary>A stranger's transfer to the customer's address, without any reference.</summary>
    public async Task Pay(int customer, long micros)
    {
        var to = await Address(customer);
        using var payer = LaneScene.Wallet(3);
        var chain = Scene.Chain;
        chain.SetLamports(payer.PublicKey, 1_000_000_000);
        chain.MintUsdc(payer.PublicKey, (ulong)micros);
        chain.MintUsdc(to, 0);
        chain.Advance(1);
        var latest = await chain.GetLatestBlockhashAsync(ReadOptions.Processed, Cancel);
        var message = Message.Compile(
            payer.PublicKey,
            latest.Value.Blockhash,
            [
                MemoProgram.Note($"transfer {++_transfers}"),
                TokenProgram.TransferChecked(new TokenTransfer
                {
                    Source = AssociatedTokenProgram.Address(payer.PublicKey, Scene.Rail.Mint),
                    Mint = Scene.Rail.Mint,
                    Destination = AssociatedTokenProgram.Address(to, Scene.Rail.Mint),
                    Owner = payer.PublicKey,
                    Amount = (ulong)micros,
                    Decimals = SolanaRail.UsdcDecimals,
                }),
            ]);
        chain.Execute(new Transaction([payer.Sign(message.Encode())], message).Encode());
        _paid[customer] = _paid.GetValueOrDefault(customer) + micros;
    }

    /// <summary>Looks until nothing is left at any address and all of it is in the books.</summary>
    public async Task Settle()
    {
        for (var looks = 0; looks < 20; looks++)
        {
            Scene.Chain.Advance(40);
            Scene.Clock.Advance(TimeSpan.FromSeconds(31));
            await Scan.Look(Cancel);
        }
    }

    /// <summary>Each customer has what was paid, the treasury what was swept, in the books as on the chain.</summary>
    public async Task AssertCreditedOnce()
    {
        foreach (var (customer, micros) in _paid)
        {
            Assert.Equal(micros, await Available(customer));
            Assert.Equal(0UL, Scene.Chain.UsdcOf(await Address(customer)));
        }

        Assert.Equal(0, await Balance(Chart.Deposits));
        Assert.Equal(0, await Balance(Chart.Suspense));
        Assert.Equal(_paid.Values.Sum(), await Scene.Books.Treasury());
        Assert.Equal(_paid.Values.Sum(), (long)Scene.Chain.UsdcOf(Scene.Rail.Treasury));
        Assert.Null(Scene.Desk.Frozen);
        await Scene.Books.AssertBalanced();
    }

    public Task<long> Available(int customer) => Balance(Chart.Available(Customer(customer)));

    public async Task<long> Balance(LedgerAccount account) => (await Scene.Books.Book.Balance(account, Cancel)).Amount;

    public ValueTask DisposeAsync() => Scene.DisposeAsync();
}
