using Marketplace.Domain.Providers;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Verification;

public sealed class VerifierDrawTests
{
    private static readonly ProviderId[] Providers =
        [.. Enumerable.Range(0, 8).Select(at => ProviderId.From(PrefixedId.Derive("verifier", $"{at}")))];

    [Fact]
    public void The_order_follows_from_secret_and_root_alone()
    {
        var order = VerifierDraw.Order([1], [2], Providers);

        Assert.Equal(order, VerifierDraw.Order([1], [2], [.. Providers.Reverse(), Providers[0]]));
        Assert.NotEqual(order, VerifierDraw.Order([1], [3], Providers));
        Assert.NotEqual(order, VerifierDraw.Order([3], [2], Providers));
        Assert.Equal(Providers.Order(Comparer<ProviderId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))),
            order.Order(Comparer<ProviderId>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value))));
    }

    /// <summary>Each is the first as often as any other, however many devices it has.</summary>
    [Fact]
    public void Every_provider_is_drawn_as_often_as_any_other()
    {
        var firsts = Enumerable.Range(0, 4_000)
            .Select(text => VerifierDraw.Order([1], BitConverter.GetBytes(text), Providers)[0])
            .CountBy(provider => provider)
            .ToDictionary();

        Assert.All(Providers, provider => Assert.InRange(firsts[provider], 400, 600));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(19, 1)]
    [InlineData(20, 2)]
    [InlineData(59, 4)]
    [InlineData(99, 16)]
    [InlineData(100, int.MaxValue)]
    [InlineData(-5, 1)]
    public void Those_who_may_come_get_more_while_nobody_does(int seconds, int turns) => Assert.Equal(
        turns, VerifierDraw.Turns(TimeSpan.FromSeconds(seconds), TimeSpan.FromMinutes(2)));

    [Fact]
    public void Without_patience_everybody_may_come_at_once() =>
        Assert.Equal(int.MaxValue, VerifierDraw.Turns(TimeSpan.Zero, TimeSpan.Zero));

    [Fact]
    public void A_second_look_is_drawn_at_its_rate_and_apart_from_the_first()
    {
        var roots = Enumerable.Range(0, 4_000).Select(BitConverter.GetBytes).ToArray();

        Assert.InRange(roots.Count(root => VerifierDraw.IsAgain([1], root, 0.1)), 330, 470);
        Assert.DoesNotContain(roots, root => VerifierDraw.IsAgain([1], root, 0));
        Assert.Contains(roots, root =>
            VerifierDraw.IsAgain([1], root, 0.5) != AuditRate.IsDrawn([1], root, 0.5));
    }
}
