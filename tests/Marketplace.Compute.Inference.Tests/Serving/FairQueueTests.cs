using Marketplace.Compute.Inference.Serving;

namespace Marketplace.Compute.Inference.Tests.Serving;

public sealed class FairQueueTests
{
    [Fact]
    public void Tenants_that_always_wait_are_served_alike_whatever_a_turn_costs()
    {
        var queue = new FairQueue<string>();
        var costs = new Dictionary<string, int>(StringComparer.Ordinal)
        {
            ["small"] = 3,
            ["middle"] = 50,
            ["large"] = 400,
        };
        var served = costs.Keys.ToDictionary(name => name, _ => 0, StringComparer.Ordinal);

        foreach (var name in costs.Keys)
        {
            queue.Add(name, name);
        }

        for (var turn = 0; turn < 5_000; turn++)
        {
            Assert.True(queue.TryPeek(out var name));

            // It asks again before its turn is over: it never stops waiting.
            queue.Add(name, name);
            queue.Take();
            queue.Charge(name, costs[name]);
            served[name] += costs[name];
            Assert.InRange(served.Values.Max() - served.Values.Min(), 0, 400);
        }
    }

    [Fact]
    public void Staying_away_saves_nothing_up()
    {
        var queue = new FairQueue<string>();
        queue.Add("busy", "b0");
        queue.Charge("busy", 1_000);
        queue.Add("back", "k0");
        queue.Add("back", "k1");

        Assert.Equal(1_000, queue.ServedOf("back"));

        // Of equals the one that waited first.
        Assert.Equal("b0", Next(queue));
        Assert.Equal("k0", Next(queue));
    }

    [Fact]
    public void Who_comes_to_an_empty_queue_counts_as_the_last_that_left_it()
    {
        var queue = new FairQueue<string>();
        queue.Add("first", "f");
        _ = Next(queue);
        queue.Charge("first", 70);
        queue.Add("second", "s");

        Assert.Equal(70, queue.ServedOf("second"));
    }

    [Fact]
    public void A_tenants_own_go_in_order_and_what_is_not_wanted_leaves_the_line()
    {
        var queue = new FairQueue<string>();

        foreach (var item in new[] { "a0", "b0", "a1", "a2" })
        {
            queue.Add(item[..1], item);
        }

        Assert.Equal((4, 3), (queue.Count, queue.CountOf("a")));
        Assert.Equal(["a0", "b0"], queue.RemoveAll(item => item.EndsWith('0')));
        Assert.Equal((2, 0), (queue.Count, queue.CountOf("b")));
        Assert.Equal("a1", Next(queue));
        Assert.Equal("a2", Next(queue));
        Assert.False(queue.TryPeek(out _));
    }

    private static string Next(FairQueue<string> queue)
    {
        Assert.True(queue.TryPeek(out var item));
        queue.Take();
        return item;
    }

    [Fact]
    public void Whoever_is_charged_without_ever_having_waited_takes_nobodys_place()
    {
        var queue = new FairQueue<int>();
        queue.Add("a", 1);

        queue.Charge("b", 5);
        queue.Charge("c", 5);

        Assert.True(queue.TryPeek(out var next));
        Assert.Equal((1, 1), (next, queue.Count));
    }

    [Fact]
    public void What_returns_goes_before_its_tenants_others()
    {
        var queue = new FairQueue<int>();
        queue.Add("a", 1);
        queue.Add("a", 2);
        queue.TryPeek(out var first);
        queue.Take();
        queue.Return("a", first);

        Assert.True(queue.TryPeek(out var again));
        Assert.Equal((1, 2), (again, queue.Count));
    }
}
