using CsCheck;
using Marketplace.Compute.Host;

namespace Marketplace.Compute.Tests;

public sealed class HostWorkersTests
{
    private const int Rounds = 2_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_worker_runs_the_body_once_a_round(int threads)
    {
        using var workers = new HostWorkers(threads);
        var runs = new int[threads];

        for (var round = 0; round < Rounds; round++)
        {
            workers.Run(worker => runs[worker]++);
        }

        Assert.All(runs, count => Assert.Equal(Rounds, count));
    }

    [Fact]
    public void Parts_cover_every_index_once_and_begin_at_whole_grains()
    {
        using var workers = new HostWorkers(3);

        Gen.Select(Gen.Int[0, 500], Gen.Int[1, 64]).Sample(
            (count, grain) =>
            {
                var visits = new int[count];
                workers.For(count, grain, (from, to) =>
                {
                    Assert.Equal(0, from % grain);

                    for (var index = from; index < to; index++)
                    {
                        Interlocked.Increment(ref visits[index]);
                    }
                });

                Assert.All(visits, times => Assert.Equal(1, times));
            },
            iter: 300,
            threads: 1);
    }

    [Fact]
    public void A_fault_of_a_worker_reaches_the_caller_and_the_next_round_works()
    {
        using var workers = new HostWorkers(4);

        var fault = Assert.Throws<InvalidOperationException>(() => workers.Run(
            worker => throw new InvalidOperationException($"worker {worker}")));

        Assert.StartsWith("worker ", fault.Message, StringComparison.Ordinal);
        var runs = 0;
        workers.Run(_ => Interlocked.Increment(ref runs));
        Assert.Equal(4, runs);
    }

    [Fact]
    public async Task Callers_that_meet_take_turns()
    {
        using var workers = new HostWorkers(3);
        var inside = 0;
        var most = 0;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                for (var round = 0; round < 200; round++)
                {
                    workers.Run(worker =>
                    {
                        var now = Interlocked.Increment(ref inside);
                        InterlockedMax(ref most, now);
                        Interlocked.Decrement(ref inside);
                    });
                }
            },
            TestContext.Current.CancellationToken)));

        Assert.InRange(most, 1, workers.Threads);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(HostWorkers.ThreadsMax + 1)]
    public void A_senseless_number_of_threads_is_refused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HostWorkers(threads));

    [Fact]
    public void Closed_workers_take_no_work()
    {
        var workers = new HostWorkers(2);
        workers.Dispose();
        workers.Dispose();

        Assert.Throws<ObjectDisposedException>(() => workers.Run(_ => { }));
    }

    private static void InterlockedMax(ref int target, int value)
    {
        var seen = Volatile.Read(ref target);

        while (value > seen)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);

            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
