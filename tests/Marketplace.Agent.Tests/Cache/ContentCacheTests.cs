using Marketplace.Agent.Tests.Market;
using Marketplace.Agent.Tests.Work;

namespace Marketplace.Agent.Tests.Cache;

public sealed class ContentCacheTests
{
    [Fact]
    public async Task A_model_is_fetched_once_and_kept()
    {
        await using var rig = await RunningRig.Start();
        var bytes = Bytes(300_000, 1);
        var sha256 = rig.Market.AddBlob(bytes);

        rig.Market.Offer(RunningRig.TextOrder("att_1", 1, sha256, bytes.Length));
        await rig.Market.Texts.Next("the first text");
        rig.Market.Offer(RunningRig.TextOrder("att_2", 1, sha256, bytes.Length));
        await rig.Market.Texts.Next("the second text");

        Assert.Single(rig.Market.BlobOffsets);
        Assert.Equal("job_test", Assert.Single(rig.Market.BlobWorks));
        Assert.Equal(
            bytes,
            await File.ReadAllBytesAsync(Path.Combine(rig.Data, "cache", sha256), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_has_changed_in_the_cache_is_fetched_again()
    {
        await using var rig = await RunningRig.Start();
        var bytes = Bytes(300_000, 4);
        var sha256 = rig.Market.AddBlob(bytes);
        var file = Path.Combine(rig.Data, "cache", sha256);

        // Once what lies there from before, as when its disk fails, and once what this run has verified itself.
        await File.WriteAllBytesAsync(file, Bytes(300_000, 5), TestContext.Current.CancellationToken);
        await Ordered(rig, "att_1", sha256, bytes.Length);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        await File.WriteAllBytesAsync(file, Bytes(300_000, 6), TestContext.Current.CancellationToken);
        await Ordered(rig, "att_2", sha256, bytes.Length);

        Assert.Equal([0, 0], rig.Market.BlobOffsets);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_that_lies_there_whole_is_verified_once_and_not_fetched()
    {
        await using var rig = await RunningRig.Start();
        var (bytes, other) = (Bytes(300_000, 7), Bytes(300_000, 8));
        var sha256 = rig.Market.AddBlob(bytes);
        var file = Path.Combine(rig.Data, "cache", sha256);

        await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        await Ordered(rig, "att_1", sha256, bytes.Length);

        // Whoever writes there and sets the time back is not found out: it is not read for its hash a second time.
        var verified = File.GetLastWriteTimeUtc(file);
        await File.WriteAllBytesAsync(file, other, TestContext.Current.CancellationToken);
        File.SetLastWriteTimeUtc(file, verified);
        await Ordered(rig, "att_2", sha256, bytes.Length);

        Assert.Empty(rig.Market.BlobOffsets);
        Assert.Equal(other, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_download_that_broke_off_goes_on_where_it_ended()
    {
        await using var rig = await RunningRig.Start();
        var bytes = Bytes(3_000_000, 2);
        var sha256 = rig.Market.AddBlob(bytes);
        rig.Market.CutBlobAfter = 1_000_000;

        rig.Market.Offer(RunningRig.TextOrder("att_1", 1, sha256, bytes.Length));
        await rig.Market.Texts.Next("the text");

        Assert.Equal(2, rig.Market.BlobOffsets.Count);
        Assert.InRange(rig.Market.BlobOffsets.Last(), 1, 1_000_000);
    }

    [Fact]
    public async Task Bytes_with_another_hash_are_refused_and_not_kept()
    {
        await using var rig = await RunningRig.Start();
        var sha256 = new string('a', 64);
        rig.Market.AddLyingBlob(sha256, Bytes(1000, 3));

        rig.Market.Offer(RunningRig.TextOrder("att_1", 1, sha256, 1000));
        var failed = await rig.Market.Failures.Next("the refusal");

        Assert.Equal("model-corrupt", failed.Code);
        Assert.Contains(sha256, failed.Detail, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(rig.Data, "cache")));
    }

    [Theory]
    [InlineData("../../../etc/passwd")]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_name_that_is_no_hash_touches_no_file_and_no_route(string name)
    {
        await using var rig = await RunningRig.Start();

        rig.Market.Offer(RunningRig.TextOrder("att_1", 1, name, 10));

        Assert.Equal("model-corrupt", (await rig.Market.Failures.Next("the refusal")).Code);
        Assert.Empty(rig.Market.BlobOffsets);
    }

    [Fact]
    public async Task The_least_recently_used_file_makes_room()
    {
        await using var rig = await RunningRig.Start(RunningRig.Quick with { CacheBytesMax = 2500 });
        var hashes = new List<string>();

        for (var number = 0; number < 3; number++)
        {
            var bytes = Bytes(1000, 10 + number);
            hashes.Add(rig.Market.AddBlob(bytes));
            rig.Market.Offer(RunningRig.TextOrder($"att_{number}", 1, hashes[^1], 1000));
            await rig.Market.Texts.Next("the text");
        }

        var kept = Directory.GetFiles(Path.Combine(rig.Data, "cache")).Select(Path.GetFileName).Order();
        Assert.Equal(hashes[1..].Order(), kept);
    }

    [Fact]
    public async Task A_model_larger_than_the_cache_is_a_fault_of_this_rig_only()
    {
        await using var rig = await RunningRig.Start(RunningRig.Quick with { CacheBytesMax = 2500 });

        rig.Market.Offer(RunningRig.TextOrder("att_1", 1, new string('b', 64), 2501));
        var failed = await rig.Market.Failures.Next("the failure");

        Assert.Equal(("device-fault", false), (failed.Code, failed.OrderAtFault));
        Assert.Contains("CacheBytesMax", failed.Detail, StringComparison.Ordinal);
    }

    private static async Task Ordered(RunningRig rig, string attempt, string sha256, int bytes)
    {
        rig.Market.Offer(RunningRig.TextOrder(attempt, 1, sha256, bytes));
        await rig.Market.Texts.Next("a text");
    }

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);

        return bytes;
    }
}
