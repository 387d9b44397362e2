using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Market;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Renders;
using Marketplace.Host.Renders;

namespace Marketplace.Host.Tests.Renders;

public sealed class FrameLaneTests
{
    private static readonly AccountId Alice = AccountId.From(Guid.NewGuid());
    private static readonly AccountId Bob = AccountId.From(Guid.NewGuid());

    private readonly FrameLane _lane = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_long_film_of_one_account_does_not_hold_up_the_picture_of_another()
    {
        for (var frame = 1; frame <= 4; frame++)
        {
            Assert.True(_lane.TryAdd(Frame(Alice, frame)));
        }

        Assert.True(_lane.TryAdd(Frame(Bob, 100)));

        Assert.Equal([1, 100, 2, 3, 4], await Take(5));
        Assert.False(_lane.Take(Cancel).IsCompleted);
    }

    [Fact]
    public async Task An_account_fills_no_lane_and_a_place_that_is_free_again_is_given_again()
    {
        for (var frame = 0; frame < FrameLane.PerAccountMax; frame++)
        {
            Assert.True(_lane.TryAdd(Frame(Alice, frame)));
        }

        Assert.False(_lane.TryAdd(Frame(Alice, 1_000)));
        Assert.True(_lane.TryAdd(Frame(Bob, 1_001)));
        await _lane.Take(Cancel);
        Assert.True(_lane.TryAdd(Frame(Alice, 1_002)));
    }

    [Fact]
    public void A_lane_is_never_longer_than_its_limit()
    {
        var added = 0;

        for (var account = 0; account < 5; account++)
        {
            var owner = AccountId.From(Guid.NewGuid());
            added += Enumerable.Range(0, FrameLane.PerAccountMax).Count(frame => _lane.TryAdd(Frame(owner, frame)));
        }

        Assert.Equal(FrameLane.WaitingMax, added);
    }

    [Fact]
    public void Frames_with_more_than_one_small_picture_go_another_way()
    {
        var order = Order();

        Assert.False(FrameLane.IsLong(order));
        Assert.False(FrameLane.IsLong(order with { Settings = new() { Outputs = [FrameFormat.Png8] } }));
        Assert.True(FrameLane.IsLong(order with { Settings = new() { Outputs = [FrameFormat.Png8, FrameFormat.Exr32] } }));
        Assert.True(FrameLane.IsLong(order with { Settings = new() { Aovs = [FrameAov.Depth] } }));
    }

    private async Task<List<int>> Take(int count)
    {
        var taken = new List<int>();

        for (var at = 0; at < count; at++)
        {
            taken.Add((await _lane.Take(Cancel)).Frame);
        }

        return taken;
    }

    private static FrameOrder Frame(AccountId account, int frame) =>
        new(RenderId.From(Guid.NewGuid()), Order(), frame, []) { Account = account };

    private static RenderOrder Order() => new(
        new("box.glb", [], null),
        64,
        64,
        16,
        [1],
        24,
        null,
        1,
        4,
        new(WorkKind.Render, new DeviceAsk(Usdc.Zero, Usdc.Zero, Usdc.Zero), 1, null, null),
        600);
}
