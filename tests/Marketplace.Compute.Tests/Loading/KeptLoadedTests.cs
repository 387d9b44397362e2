using Marketplace.Compute.Loading;

namespace Marketplace.Compute.Tests.Loading;

public sealed class KeptLoadedTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_lent_is_unloaded_with_its_last_loan_and_not_before()
    {
        var (thing, idle) = (new Thing(), new Thing());
        var kept = new KeptLoaded<Thing>(max: 2, shared: true);
        var first = await kept.Borrow("lent", _ => Task.FromResult(thing), Cancel);
        var second = await kept.Borrow("lent", _ => Task.FromResult(new Thing()), Cancel);
        (await kept.Borrow("idle", _ => Task.FromResult(idle), Cancel)).Dispose();

        kept.Dispose();
        Assert.Equal((0, 1), (thing.Disposals, idle.Disposals));

        first.Dispose();
        Assert.Equal(0, thing.Disposals);

        second.Dispose();
        second.Dispose();
        Assert.Equal((1, 1), (thing.Disposals, idle.Disposals));
    }

    [Fact]
    public async Task What_is_loaded_while_all_ends_is_unloaded_too()
    {
        var thing = new Thing();
        var loading = new TaskCompletionSource<Thing>();
        var kept = new KeptLoaded<Thing>(max: 2, shared: true);
        var borrowing = kept.Borrow("late", _ => loading.Task, Cancel);

        kept.Dispose();
        loading.SetResult(thing);

        using (await borrowing)
        {
            Assert.Equal(0, thing.Disposals);
        }

        Assert.Equal(1, thing.Disposals);
    }

    [Fact]
    public async Task Nothing_is_lent_afterwards()
    {
        var kept = new KeptLoaded<Thing>(max: 2, shared: true);
        kept.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => kept.Borrow("key", _ => Task.FromResult(new Thing()), Cancel));
    }

    [Fact]
    public async Task The_one_that_was_idle_longest_makes_room()
    {
        var kept = new KeptLoaded<Thing>(max: 2, shared: false);
        var old = new Thing();
        (await kept.Borrow("old", _ => Task.FromResult(old), Cancel)).Dispose();
        using var busy = await kept.Borrow("busy", _ => Task.FromResult(new Thing()), Cancel);
        (await kept.Borrow("new", _ => Task.FromResult(new Thing()), Cancel)).Dispose();

        Assert.Equal(1, old.Disposals);
        Assert.Equal(["busy", "new"], kept.Loaded.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        kept.Dispose();
    }

    private sealed class Thing : IDisposable
    {
        public int Disposals { get; private set; }

        public void Dispose() => Disposals++;
    }
}
