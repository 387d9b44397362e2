using Marketplace.Compute.Inference.Serving;

namespace Marketplace.Compute.Inference.Tests.Serving;

public sealed class BlockPoolTests
{
    [Fact]
    public void Blocks_are_taken_whole_or_not_at_all()
    {
        var pool = new BlockPool(4);

        Assert.Equal(3, pool.Take([], 3, out _)!.Distinct().Count());
        Assert.Null(pool.Take([], 2, out _));
        Assert.Equal((3, 0), (pool.Used, pool.Kept));
        Assert.NotNull(pool.Take([], 1, out _));
    }

    [Fact]
    public void A_known_begin_is_shared_as_far_as_it_reaches()
    {
        var pool = new BlockPool(8);
        var keys = Chain("a", 3);
        var first = pool.Take(keys, 4, out var shared)!;
        Assert.Equal(0, shared);
        pool.Publish(first[0], keys[0]);
        pool.Publish(first[1], keys[1]);

        var second = pool.Take(keys, 4, out shared)!;

        Assert.Equal(2, shared);
        Assert.Equal(first[..2], second[..2]);
        Assert.Empty(first[2..].Intersect(second[2..]));
        Assert.Equal(6, pool.Used);

        // The first one leaves: what it shared stays in use.
        pool.Release(first);
        Assert.Equal((4, 0), (pool.Used, pool.Kept));
        pool.Release(second);
        Assert.Equal((0, 2), (pool.Used, pool.Kept));
    }

    [Fact]
    public void Another_tenants_blocks_are_never_found()
    {
        var pool = new BlockPool(8);
        var first = pool.Take(Chain("a", 1), 1, out _)!;
        pool.Publish(first[0], Chain("a", 1)[0]);

        Assert.NotNull(pool.Take(Chain("b", 1), 1, out var shared));
        Assert.Equal(0, shared);
    }

    [Fact]
    public void A_key_tells_all_that_came_before()
    {
        var (one, other) = (BlockKey.Root("a").Next([1]), BlockKey.Root("a").Next([2]));

        Assert.NotEqual(one.Next([7]), other.Next([7]));
        Assert.NotEqual(BlockKey.Root("a").Next([7]), one.Next([7]));
        Assert.Equal(one.Next([7]), BlockKey.Root("a").Next([1]).Next([7]));
    }

    [Fact]
    public void Room_is_made_from_the_end_of_the_longest_unused()
    {
        var pool = new BlockPool(4);
        var (old, young) = (Chain("old", 2), Chain("young", 2));
        Fill(pool, old);
        Fill(pool, young);
        Assert.Equal((0, 4), (pool.Used, pool.Kept));

        Assert.NotNull(pool.Take([], 1, out _));

        Assert.NotNull(pool.Take(old, 2, out var shared));
        Assert.Equal(1, shared);
        Assert.NotNull(pool.Take(young.AsSpan(0, 1), 1, out shared));
        Assert.Equal(1, shared);
        Assert.Equal(4, pool.Used);
    }

    [Fact]
    public void Kept_blocks_that_are_shared_do_not_count_as_room_too()
    {
        var pool = new BlockPool(3);
        var keys = Chain("a", 2);
        Fill(pool, keys);

        Assert.Null(pool.Take(keys, 4, out _));
        Assert.Equal((0, 2), (pool.Used, pool.Kept));
        Assert.NotNull(pool.Take(keys, 3, out _));
        Assert.Equal((3, 0), (pool.Used, pool.Kept));
    }

    [Fact]
    public void Any_order_of_taking_publishing_and_leaving_keeps_every_block_accounted_for()
    {
        const int Count = 24;
        var random = new Random(7);
        var pool = new BlockPool(Count);
        var takers = new List<(int[] Blocks, BlockKey[] Keys)>();

        for (var turn = 0; turn < 20_000; turn++)
        {
            if (takers.Count > 0 && random.Next(2) == 0)
            {
                var (blocks, keys) = takers[random.Next(takers.Count)];
                takers.RemoveAll(taker => taker.Blocks == blocks);

                for (var at = 0; at < keys.Length && random.Next(5) > 0; at++)
                {
                    pool.Publish(blocks[at], keys[at]);
                }

                pool.Release(blocks);
            }
            else
            {
                var keys = Chain($"t{random.Next(6)}", random.Next(5));

                if (pool.Take(keys, keys.Length + random.Next(1, 4), out var shared) is { } blocks)
                {
                    // What is not shared is nobody else's.
                    Assert.Empty(blocks[shared..].Intersect(takers.SelectMany(taker => taker.Blocks)));
                    takers.Add((blocks, keys));
                }
            }

            Assert.Equal(takers.SelectMany(taker => taker.Blocks).Distinct().Count(), pool.Used);
            Assert.InRange(pool.Used + pool.Kept, 0, Count);
        }
    }

    private static BlockKey[] Chain(string tenant, int count)
    {
        var keys = new List<BlockKey>();

        for (var at = 0; at < count; at++)
        {
            keys.Add((at == 0 ? BlockKey.Root(tenant) : keys[^1]).Next([1, 2, at]));
        }

        return [.. keys];
    }

    private static void Fill(BlockPool pool, BlockKey[] keys)
    {
        var blocks = pool.Take(keys, keys.Length, out _)!;

        for (var at = 0; at < keys.Length; at++)
        {
            pool.Publish(blocks[at], keys[at]);
        }

        pool.Release(blocks);
    }
}
