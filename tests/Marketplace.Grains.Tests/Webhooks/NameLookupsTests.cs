using System.Collections.Concurrent;
using System.Net;
using Marketplace.Grains.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Grains.Tests.Webhooks;

/// <summary>Names that never answer hold up whoever named them, and nobody else.</summary>
public sealed class NameLookupsTests : IDisposable
{
    private static readonly IPAddress[] Found = [IPAddress.Parse("192.0.2.1")];

    private readonly ConcurrentDictionary<string, TaskCompletionSource<IPAddress[]>> _asked =
        new(StringComparer.Ordinal);

    private readonly FakeTimeProvider _clock = new();
    private readonly NameLookups _lookups;
    private int _count;

    public NameLookupsTests()
    {
        _lookups = new(
            host =>
            {
                Interlocked.Increment(ref _count);
                return Asked(host).Task;
            },
            _clock);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _lookups.Dispose();

    [Fact]
    public async Task An_account_whose_names_never_answer_leaves_the_others_their_places()
    {
        for (var n = 0; n < NameLookups.SideBySideMax; n++)
        {
            _ = _lookups.Find("acc_bad", $"silent-{n}.example.com", Cancel);
        }

        Asked("good.example.com").SetResult(Found);
        Assert.Equal(Found, await _lookups.Find("acc_good", "good.example.com", Cancel));
        Assert.Equal(NameLookups.PerOwnerMax + 1, _count);
    }

    [Fact]
    public async Task A_wait_for_a_place_ends_and_says_that_nothing_was_tried()
    {
        _ = _lookups.Find("acc_1", "silent-1.example.com", Cancel);
        _ = _lookups.Find("acc_1", "silent-2.example.com", Cancel);
        var third = _lookups.Find("acc_1", "good.example.com", Cancel);

        _clock.Advance(NameLookups.PlaceWait);
        await Assert.ThrowsAsync<LookupsBusyException>(() => third);

        Asked("silent-1.example.com").SetException(new IOException("gave up"));
        Asked("good.example.com").SetResult(Found);
        Assert.Equal(Found, await _lookups.Find("acc_1", "good.example.com", Cancel));
    }

    [Fact]
    public async Task Who_asks_for_a_name_that_is_being_looked_up_shares_the_answer()
    {
        var asks = Enumerable.Range(0, 100).Select(_ => _lookups.Find("acc_1", "one.example.com", Cancel)).ToArray();
        Asked("one.example.com").SetResult(Found);

        Assert.All(await Task.WhenAll(asks), addresses => Assert.Equal(Found, addresses));
        Assert.Equal(1, _count);
    }

    [Fact]
    public async Task The_place_of_a_lookup_is_held_until_it_ends_however_long_anybody_waits()
    {
        using var gone = new CancellationTokenSource();
        var left = _lookups.Find("acc_1", "silent-1.example.com", gone.Token);
        _ = _lookups.Find("acc_1", "silent-2.example.com", Cancel);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        var third = _lookups.Find("acc_1", "third.example.com", Cancel);
        Assert.False(third.IsCompleted);
        Asked("third.example.com").SetResult(Found);
        Asked("silent-1.example.com").SetResult(Found);
        Assert.Equal(Found, await third);
    }

    private TaskCompletionSource<IPAddress[]> Asked(string host) => _asked.GetOrAdd(
        host, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
