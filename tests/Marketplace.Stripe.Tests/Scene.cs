using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.StripeSim;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Stripe.Tests;

/// <summary>Our adapter against the stand-in, with a clock of its own.</summary>
internal sealed class Scene : IAsyncDisposable
{
    public static readonly CheckoutPages Pages = new("https://shop.test/ok", "https://shop.test/no", TimeSpan.FromHours(1), true);

    private Scene(StripeServer server, FakeTimeProvider clock)
    {
        Server = server;
        Clock = clock;
        Cards = new StripeCards(new("sk_test_sim", server.Url, TimeSpan.FromSeconds(20)));
    }

    public StripeServer Server { get; }

    public FakeTimeProvider Clock { get; }

    public StripeCards Cards { get; }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Scene> Open()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 1, 12, 0, 0, TimeSpan.Zero));
        return new(await StripeServer.Start(clock), clock);
    }

    public TopUp NewTopUp(CardMethod method = CardMethod.Checkout, int number = 1) => new()
    {
        Id = TopUpId.From(PrefixedId.Derive("top-up", $"{number}")),
        Account = AccountId.From(PrefixedId.Derive("account")),
        Asked = Cents.From(25_00),
        Method = method,
        CreatedAt = Clock.GetUtcNow(),
    };

    /// <summary>A top-up that was opened and paid.</summary>
    public async Task<TopUp> Paid()
    {
        var topUp = NewTopUp();
        var page = Done(await Cards.OpenPage(topUp, Pages, Cancel));
        return topUp with { Session = page.Id, PaymentIntent = Server.World.Pay(page.Id) };
    }

    public static CardRefund NewRefund(long cents, int number = 1) => new()
    {
        Id = CardRefundId.From(PrefixedId.Derive("refund", $"{number}")),
        Amount = Cents.From(cents),
        State = CardRefundState.Requested,
        CreatedAt = DateTimeOffset.UnixEpoch,
    };

    public static T Done<T>(StripeAnswer<T> answer) => Assert.IsType<StripeAnswer<T>.Done>(answer).Value;

    public async ValueTask DisposeAsync()
    {
        Cards.Dispose();
        await Server.DisposeAsync();
    }
}
