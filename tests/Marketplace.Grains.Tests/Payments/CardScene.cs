using System.Text;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Grains.Payments;
using Marketplace.Grains.Tests.Payouts;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Ledger.Verify;
using Marketplace.StripeSim;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Grains.Tests.Payments;

/// <summary>Card payments over the stand-in for Stripe and books in a file, without a cluster.</summary>
internal sealed class CardScene : IAsyncDisposable
{
    public const string Secret = "whsec_one";
    public const string NextSecret = "whsec_two";

    private static readonly Delivery Plain = new() { Secrets = [Secret] };

    private readonly CardSource _source;

    private CardScene(StripeServer stripe, PaymentBooks books, FakeTimeProvider clock, ICheckpoint checkpoint)
    {
        Stripe = stripe;
        Books = books;
        Clock = clock;
        Options = new PaymentOptions
        {
            StripeApiKey = "sk_test_sim",
            StripeApiBase = stripe.Url,
            CallTimeout = TimeSpan.FromSeconds(30),
            TopUpsPerHour = 1_000,
            FirstTopUpCapUsd = 10_000,
            NewAccountUsdPerDay = 10_000,
        };
        Options.WebhookSecrets.Add(Secret);
        Options.WebhookSecrets.Add(NextSecret);
        _source = new CardSource(Microsoft.Extensions.Options.Options.Create(Options));
        Rows = new TopUpRows(books.Database, clock);
        Events = new ProcessorEvents(books.Database, clock);
        Register = new Register(books.Database, books.Book);
        Accesses = new AccessRows(books.Database);
        Payments = new CardPayments(
            Rows, new ReceiptRows(books.Database), Accesses, _source, Microsoft.Extensions.Options.Options.Create(Options), clock, checkpoint);
        Inbox = new PaymentInbox(Events, _source, clock, checkpoint);
        Balance = new StripeBalance(books.Book, Register, _source, clock);
    }

    public StripeServer Stripe { get; }

    public AccessRows Accesses { get; }

    public PaymentBooks Books { get; }

    public FakeTimeProvider Clock { get; }

    public PaymentOptions Options { get; }

    public TopUpRows Rows { get; }

    public ProcessorEvents Events { get; }

    public Register Register { get; }

    public CardPayments Payments { get; }

    public PaymentInbox Inbox { get; }

    public StripeBalance Balance { get; }

    public static AccountId Customer => PaymentBooks.Customer(1);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<CardScene> Open(ICheckpoint? checkpoint = null)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        return new(await StripeServer.Start(clock), await PaymentBooks.Open(clock), clock, checkpoint ?? new NoCheckpoint());
    }

    public static TopUpId Id(int number = 1) => TopUpId.From(PrefixedId.Derive("top-up", $"{number}"));

    public static CardRefundId RefundId(int number = 1) => CardRefundId.From(PrefixedId.Derive("refund", $"{number}"));

    public static NewTopUp Wish(long cents = 25_00, int number = 1, CardMethod method = CardMethod.Checkout) =>
        new(Id(number), Cents.From(cents), method);

    public Task<TopUpOutcome> Begin(NewTopUp wish) =>
        Payments.Begin(Customer, Clock.GetUtcNow() - TimeSpan.FromDays(100), wish, Cancel);

    /// <summary>Opens a top-up at the processor.</summary>
    public async Task<TopUp> Opened(NewTopUp wish)
    {
        Assert.IsType<TopUpOutcome.Accepted>(await Begin(wish));
        var opened = await Look(wish.Id);
        Assert.Equal(TopUpState.Open, opened.State);
        return opened;
    }

    /// <summary>Opens and pays one, and credits it.</summary>
    public async Task<TopUp> Paid(NewTopUp wish)
    {
        var opened = await Opened(wish);
        Stripe.World.Pay(opened.Session!);
        return await Look(wish.Id);
    }

    public async Task<TopUp> Look(TopUpId id) => (await Payments.Look(id, null, Cancel))!;

    /// <summary>Brings an event and answers what the inbox said.</summary>
    public Task<InboxOutcome> Take(SimEvent told, Delivery? how = null)
    {
        var (body, signature) = Stripe.Pack(told, how ?? Plain);
        return Inbox.Take(Encoding.UTF8.GetBytes(body), signature, Cancel);
    }

    /// <summary>Looks into what is due, as the office does.</summary>
    public Task<int> Work() => Inbox.Work(
        async (id, owned) => await Payments.Look(id, owned, Cancel) is not null, Cancel);

    /// <summary>Fetches what never arrived, as the office does.</summary>
    public async Task CatchUp()
    {
        foreach (var (told, body) in await _source.Cards!.Missed(DateTimeOffset.UnixEpoch, 1_000, Cancel))
        {
            await Inbox.Fetched(told, body, Cancel);
        }

        await Work();
    }

    public async Task<ReconciliationView> Reconcile() => (await Balance.Reconcile(
        async intent =>
        {
            if (await _source.Cards!.Owner("payment_intent", intent, Cancel) is { } owned)
            {
                await Payments.Look(TopUpId.Parse(owned.TopUp), owned, Cancel);
            }
        },
        Cancel))!;

    public async Task<long> Available() => (await Books.Book.Balance(Chart.Available(Customer), Cancel)).Amount;

    public async Task<long> Held() => (await Books.Book.Balance(Chart.Available(Customer), Cancel)).Held;

    public async Task<long> Of(LedgerAccount account) => (await Books.Book.Balance(account, Cancel)).Amount;

    /// <summary>Every account that is not zero, as one text.</summary>
    public async Task<string> TrialBalance() => string.Join('\n', (await Books.Book.TrialBalance(Cancel))
        .Where(line => line.Balance != 0 || line.Held != 0)
        .Select(line => $"{line.Account} {line.Balance} {line.Held}"));

    /// <summary>The books hold, alone and beside Stripe's account.</summary>
    public async Task AssertSound()
    {
        var report = await new BooksAudit(Books.Database, Clock).Verify(new BooksEvidence { Stripe = Balance }, cancel: Cancel);
        Assert.True(report.Holds, string.Join('\n', report.Invariants.SelectMany(found => found.Findings)));
    }

    public async ValueTask DisposeAsync()
    {
        _source.Dispose();
        await Stripe.DisposeAsync();
        await Books.DisposeAsync();
    }
}
