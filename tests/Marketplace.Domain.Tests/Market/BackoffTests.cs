using CsCheck;
using Marketplace.Domain.Market;

namespace Marketplace.Domain.Tests.Market;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Max = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(5, 80)]
    [InlineData(6, 120)]
    [InlineData(int.MaxValue, 120)]
    public void Each_failure_doubles_the_wait_up_to_the_limit(int failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.After(failures, First, Max));

    [Fact]
    public void More_failures_never_wait_shorter() => Gen.Int[1, 200].Sample(failures =>
        Assert.True(Backoff.After(failures, First, Max) <= Backoff.After(failures + 1, First, Max)));
}
