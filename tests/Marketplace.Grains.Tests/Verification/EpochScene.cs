using System.Text.Json;
using Marketplace.Domain;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;
using Marketplace.Grains.Payouts;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Grains.Verification;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Verification;
using Marketplace.Ledger.Verify;
using Marketplace.Solana;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Marketplace.Solana.Rpc;
using Marketplace.Testing.Solana;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Grains.Tests.Verification;

/// <summary>Books with receipts, a chain in memory, and the sweep over both, one turn at a time.</summary>
internal sealed class EpochScene : IAsyncDisposable
{
    private readonly PaymentBooks _books;
    private readonly ReceiptSigner _signer = new(Keypair.FromSeed(Enumerable.Repeat((byte)3, 32).ToArray()));

    private EpochScene(PaymentBooks books, FakeTimeProvider clock, ReceiptOptions options)
    {
        (_books, Clock, Options) = (books, clock, options);
        Chain = new FakeSolana();
        var treasury = Keypair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());
        Rail = new SolanaRail([Chain], Chain.UsdcMint, new FileSigner(treasury), 1_000_000_000);
        Chain.SetLamports(Rail.Treasury, 5_000_000_000);
        Epochs = new(books.Database, clock);
        Anchors = new(books.Database, clock);
        Proofs = new(
            new ReceiptRows(books.Database), Epochs, Anchors, new ReceiptKeyRows(books.Database, clock), _signer);
    }

    public FakeTimeProvider Clock { get; }

    public ReceiptSigner Signer => _signer;

    public ReceiptOptions Options { get; }

    public FakeSolana Chain { get; }

    public SolanaRail Rail { get; }

    public EpochRows Epochs { get; }

    public AnchorRows Anchors { get; }

    public ReceiptProofs Proofs { get; }

    public Book Book => _books.Book;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<EpochScene> Open(ReceiptOptions? options = null)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 1, 5, 12, 0, 0, TimeSpan.Zero));
        return new(await PaymentBooks.Open(clock), clock, options ?? new ReceiptOptions());
    }

    /// <summary>A sweep as after a start: nothing but the rows is remembered.</summary>
    public EpochSweep NewSweep(ReceiptSigner? signer = null, AuditSecrets? secrets = null) => new(
        Epochs,
        Anchors,
        new ReceiptKeyRows(_books.Database, Clock),
        signer ?? _signer,
        secrets ?? new AuditSecrets(signer ?? _signer, Clock),
        new EpochAnchor(
            new SolanaRailSource(Rail),
            _books.Deposits,
            Anchors,
            new NetworkFees(_books.Book),
            new OptionsWrapper<ReceiptOptions>(Options),
            new NoCheckpoint(),
            NullLogger<EpochAnchor>.Instance),
        new OptionsWrapper<ReceiptOptions>(Options),
        Clock,
        NullLogger<EpochSweep>.Instance);

    /// <summary>What the chain tells of the anchors, for an audit.</summary>
    public ChainWitness NewWitness() => new(
        new SolanaRailSource(Rail), _books.Deposits, new DepositAddressRows(_books.Database, Clock), Anchors, Clock);

    public async Task<InvariantResult> Audit() =>
        (await new BooksAudit(_books.Database, Clock).Verify(
            new BooksEvidence { Chain = NewWitness() }, cancel: Cancel)).Invariants.Single(found => found.Id == "anchors");

    /// <summary>A memo of the treasury's key on the chain, whatever it says.</summary>
    public async Task<Signature> Note(string text)
    {
        using var treasury = Keypair.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());
        Chain.Advance(1);
        var latest = await Chain.GetLatestBlockhashAsync(ReadOptions.Processed, Cancel);
        var message = Message.Compile(
            treasury.PublicKey, latest.Value.Blockhash, [MemoProgram.Note(text, treasury.PublicKey)]);
        return Chain.Execute(new Transaction([treasury.Sign(message.Encode())], message).Encode());
    }

    public Task Turn() => NewSweep().Run(Cancel);

    /// <summary>Writes receipts, each with a journal of its own.</summary>
    public async Task Receipts(int from, int count)
    {
        for (var number = from; number < from + count; number++)
        {
            var body = $$"""{"id":"{{Id(number)}}","version":1}""";
            var journal = new Journal(
                $"receipt-test:{number}",
                "deposit",
                [.. Journal.Move(Chart.Treasury, Chart.Available(PaymentBooks.Customer(1)), Usdc.FromMicros(1))]);
            var receipt = new NewReceipt(
                Id(number), "job_test", PaymentBooks.Customer(1), PaymentBooks.Provider(1), body,
                _signer.Sign(SignedText.Receipt(body)));
            Assert.True((await Book.Post(Entry.Of(journal) with { Receipts = [receipt] }, Cancel)).Stands);
        }
    }

    /// <summary>What proves a receipt by now.</summary>
    public async Task<JsonElement> Proof(int number) =>
        CanonicalJson.Parse((await Proofs.File(Id(number), null, Cancel))!).GetProperty("proof");

    /// <summary>Whether the path of a receipt's file leads to the root of its epoch.</summary>
    public async Task<bool> LeadsToRoot(int number)
    {
        var proof = await Proof(number);
        var (chain, epoch) = (proof.GetProperty("chain"), proof.GetProperty("epoch"));
        var root = MerkleTree.RootOf(
            Convert.FromHexString(chain.GetProperty("hash").GetString()!),
            chain.GetProperty("sequence").GetInt64() - epoch.GetProperty("first").GetInt64(),
            epoch.GetProperty("size").GetInt64(),
            [.. epoch.GetProperty("path").EnumerateArray().Select(step => Convert.FromHexString(step.GetString()!))]);

        return root is not null && Convert.ToHexStringLower(root) == epoch.GetProperty("root").GetString();
    }

    public async ValueTask DisposeAsync()
    {
        await _books.DisposeAsync();
        _signer.Dispose();
    }

    private static ReceiptId Id(int number) => ReceiptId.From(PrefixedId.Derive("receipt", $"{number}"));
}
