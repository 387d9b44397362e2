using CsCheck;
using Marketplace.Compute.Host;

namespace Marketplace.Compute.Tests.Host;

public class HostWorkersTests
{
    [Fact]
    public void Every_number_is_done_once_whatever_the_threads_and_grains()
    {
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 2_000], Gen.Int[1, 300]).Sample(
            (threads, count, grain) =>
            {
                using var workers = new HostWorkers(threads);
                var done = new int[count];

                workers.For(count, grain, (from, to) =>
                {
                    for (var at = from; at < to; at++)
                    {
                        Interlocked.Increment(ref done[at]);
                    }
                });

                return Array.TrueForAll(done, times => times == 1);
            },
            iter: 200);
    }

    [Fact]
    public void Thousands_of_short_rounds_lose_no_work()
    {
        using var workers = new HostWorkers(4);
        var sum = 0L;

        for (var round = 0; round < 20_000; round++)
        {
            workers.For(7, 1, (from, to) => Interlocked.Add(ref sum, to - from));
        }

        Assert.Equal(7 * 20_000, sum);
    }

    [Fact]
    public void A_round_of_a_struct_allocates_nothing()
    {
        using var workers = new HostWorkers(2);
        var sums = new long[64];
        workers.For(64, 1, new SquareBody(sums));
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var round = 0; round < 100; round++)
        {
            workers.For(64, 1, new SquareBody(sums));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(63 * 63, sums[63]);
    }

    [Fact]
    public void A_bodys_exception_comes_out_and_the_workers_stay_usable()
    {
        using var workers = new HostWorkers(3);

        var fault = Assert.Throws<InvalidDataException>(() =>
            workers.For(100, 1, (from, _) => throw new InvalidDataException($"at {from}")));

        Assert.StartsWith("at ", fault.Message, StringComparison.Ordinal);
        var count = 0;
        workers.For(100, 1, (from, to) => Interlocked.Add(ref count, to - from));
        Assert.Equal(100, count);
    }

    [Fact]
    public void A_body_may_ask_for_workers_itself()
    {
        using var workers = new HostWorkers(2);
        var count = 0;

        workers.For(4, 1, (_, _) => workers.For(5, 1, (from, to) => Interlocked.Add(ref count, to - from)));

        Assert.Equal(20, count);
    }

    [Fact]
    public async Task Callers_on_several_threads_take_turns()
    {
        using var workers = new HostWorkers(2);
        var count = 0;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                for (var round = 0; round < 500; round++)
                {
                    workers.For(3, 1, (from, to) => Interlocked.Add(ref count, to - from));
                }
            },
            TestContext.Current.CancellationToken)));

        Assert.Equal(4 * 500 * 3, count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(HostWorkers.ThreadsMax + 1)]
    public void An_impossible_number_of_threads_is_refused(int threads) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HostWorkers(threads));

    private readonly struct SquareBody(long[] squares) : IRangeBody
    {
        public void Run(int from, int to)
        {
            for (var at = from; at < to; at++)
            {
                squares[at] = (long)at * at;
            }
        }
    }
}
