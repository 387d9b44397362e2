using System.Text.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Compute.Rendering.Film;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Tests.Verification;

/// <summary>
/// Rigs that commit to the leaves of their units over the real wire. Every unit of a new device is traced again in part
/// by the host, with the real tracer: honest ones are paid for, and the others are found out, made again by an honest
/// rig, and cost nothing.
/// </summary>
public sealed class ProofOfLeavesTests(TestMarket market)
{
    /// <summary>Three leaves: 16, 16 and 8 samples.</summary>
    private const int Samples = 40;

    /// <summary>How a rig cheats.</summary>
    public static TheoryData<string> Cheats =>
    [
        "most-samples", "half-samples", "other-seed", "other-frame", "smoothed", "fewer-bounces", "reused", "shifted",
        "noise",
        "black",
        "others-shown", "other-sums", "other-work", "one-leaf-honest",
    ];

    [Theory]
    [InlineData("lit", Samples)]
    [InlineData("lit", 5)]
    [InlineData("lit", 1)]
    [InlineData("moving", Samples)]
    [InlineData("sky", Samples)]
    public async Task Honest_units_are_traced_again_and_paid_for(string kind, int samples)
    {
        var region = $"leaf-{kind}-{samples}";
        var (provider, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var machine = new UnitMachine(kind);
        var render = await renter.Post("/v1/renders", await machine.Order(renter, region, samples));
        var units = render.At("units").GetInt32();

        for (var number = 0; number < units; number++)
        {
            var order = await rig.LeaseSome();
            var leaves = machine.Leaves(order.Unit!);

            // Of a unit of one leaf there is nothing more to show than what was delivered.
            Assert.Equal(
                (DeliverReply.Accepted, leaves.Count > 1),
                await rig.CommitUnit(order, UnitMachine.Sum(order.Unit!, leaves), Files(leaves)));
        }

        var done = await renter.UntilState($"/v1/renders/{render.Text("id")}", "succeeded");
        Assert.Equal(units, done.At("verification.committed").GetInt32());
        Assert.Equal(units, done.At("verification.passed").GetInt32());
        Assert.Equal(units, done.At("verification.checked").GetInt32());
        var receipt = await renter.Get($"/v1/receipts/{done.At("receipts")[0].GetString()}");
        Assert.Equal("passed", receipt.Text("verdict"));
        Assert.Equal(units, receipt.At("unitAudits.passed").GetInt32());
        Assert.Equal(64, receipt.At("results")[0].Text("leaves").Length);
        Assert.True(Usdc.Parse((await provider.Get("/v1/provider/earnings")).Text("payable")) > Usdc.Zero);
        Assert.Equal(0, (await provider.Get($"/v1/provider/devices/{rig.Device}")).At("failedAudits").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Cheats))]
    public async Task A_rig_that_cheats_earns_nothing_and_an_honest_one_makes_the_unit_again(string cheat)
    {
        var region = $"leaf-c{Cheats.ToList().FindIndex(row => row.Data == cheat)}";
        var (hostile, rig) = await TestRig.Start(market, region);
        await using var _ = rig;
        var renter = await market.NewRenter();
        var machine = new UnitMachine("lit");
        var render = await renter.Post("/v1/renders", await machine.Order(renter, region, Samples));
        var path = $"/v1/renders/{render.Text("id")}";
        var order = await rig.LeaseSome();

        // There before the cheat is found: a render that no listed device may make is given up at once.
        var (provider, honest) = await TestRig.Start(market, region);
        await using var __ = honest;
        Assert.Equal((DeliverReply.Accepted, true), await Cheat(cheat, machine, order, rig));

        var found = await renter.UntilView(
            path,
            view => view.At("verification") is { ValueKind: JsonValueKind.Object } counts
                && counts.At("checked").GetInt32() == 1,
            "the unit is checked");
        Assert.Equal((1, 0), (found.At("verification.failed").GetInt32(), found.At("verification.passed").GetInt32()));
        Assert.Equal(0, found.At("unitsDone").GetInt32());
        Assert.Equal(1, (await hostile.Get($"/v1/provider/devices/{rig.Device}")).At("failedAudits").GetInt32());

        var again = await honest.LeaseSome();
        Assert.Equal((order.Unit!.X, order.Unit.Y), (again.Unit!.X, again.Unit.Y));
        var leaves = machine.Leaves(again.Unit);
        await honest.CommitUnit(again, UnitMachine.Sum(again.Unit, leaves), Files(leaves));

        var done = await renter.UntilState(path, "succeeded");
        Assert.Equal(1, done.At("receipts").GetArrayLength());
        Assert.Equal(done.Text("charged"), done.Text("bill.charged"));
        Assert.Equal("0.000000", (await hostile.Get("/v1/provider/earnings")).Text("payable"));
        Assert.True(Usdc.Parse((await provider.Get("/v1/provider/earnings")).Text("payable")) > Usdc.Zero);
    }

    [Fact]
    public async Task A_signature_over_another_root_is_refused_and_changes_nothing()
    {
        var (_, rig) = await TestRig.Start(market, "leaf-forged");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var machine = new UnitMachine("lit");
        var render = await renter.Post("/v1/renders", await machine.Order(renter, "leaf-forged", 1));
        var order = await rig.LeaseSome();
        var leaves = machine.Leaves(order.Unit!);
        var sums = UnitMachine.Sum(order.Unit!, leaves);

        Assert.Equal(DeliverReply.Refused, await rig.DeliverUnit(order, sums, root: new string('a', 64)));
        Assert.Equal(DeliverReply.Refused, await rig.DeliverUnit(order, sums, root: "not a root"));
        Assert.Equal((DeliverReply.Accepted, false), await rig.CommitUnit(order, sums, Files(leaves)));

        await renter.UntilState($"/v1/renders/{render.Text("id")}", "succeeded");
    }

    [Fact]
    public async Task Where_there_is_no_noise_what_is_too_bright_is_found_and_the_dark_is_paid_for_unchecked()
    {
        var (provider, rig) = await TestRig.Start(market, "leaf-dark");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var machine = new UnitMachine("dark");
        var render = await renter.Post("/v1/renders", await machine.Order(renter, "leaf-dark", 16));
        var path = $"/v1/renders/{render.Text("id")}";
        var order = await rig.LeaseSome();
        var (_, honest) = await TestRig.Start(market, "leaf-dark");
        await using var __ = honest;
        var bright = machine.Leaves(order.Unit!, "grey");
        await rig.CommitUnit(order, UnitMachine.Sum(order.Unit!, bright), Files(bright));

        var found = await renter.UntilView(
            path,
            view => view.At("verification") is { ValueKind: JsonValueKind.Object } counts
                && counts.At("checked").GetInt32() == 1,
            "the unit is checked");
        Assert.Equal((0, 1), (found.At("verification.doubted").GetInt32(), found.At("verification.failed").GetInt32()));
        Assert.Equal(1, (await provider.Get($"/v1/provider/devices/{rig.Device}")).At("failedAudits").GetInt32());

        var again = await honest.LeaseSome();
        var dark = machine.Leaves(again.Unit!);
        await honest.CommitUnit(again, UnitMachine.Sum(again.Unit!, dark), Files(dark));

        // There is nothing in the dark that could be told apart: it is paid for unchecked.
        var done = await renter.UntilState(path, "succeeded");
        Assert.Equal((1, 0), (done.At("verification.committed").GetInt32(), done.At("verification.passed").GetInt32()));
        Assert.Equal("0.000000", (await provider.Get("/v1/provider/earnings")).Text("payable"));
    }

    private static IReadOnlyList<byte[]> Files(IReadOnlyList<TileSums> leaves) =>
        [.. leaves.Select(leaf => leaf.ToBytes())];

    private static async Task<(DeliverReply Reply, bool WasAsked)> Cheat(
        string cheat, UnitMachine machine, WorkOrderMessage order, TestRig rig)
    {
        var unit = order.Unit!;

        if (cheat is "others-shown" or "other-sums" or "other-work")
        {
            var (honest, other) = (machine.Leaves(unit), machine.Leaves(unit, "other-seed"));

            return cheat switch
            {
                "others-shown" => await rig.CommitUnit(order, UnitMachine.Sum(unit, other), Files(other), Files(honest)),
                "other-sums" => await rig.CommitUnit(order, UnitMachine.Sum(unit, other), Files(honest)),
                _ => await rig.CommitUnit(
                    order, UnitMachine.Sum(unit, honest), Files(honest), work: "rnd_01j9zq8k3v7r2m5x4c6b8n0t1w"),
            };
        }

        if (cheat == "one-leaf-honest")
        {
            // Two of three are drawn, so that one of those that are not honest is among them.
            TileSums[] mixed = [machine.Leaves(unit)[0], .. machine.Leaves(unit, "half-samples").Skip(1)];
            return await rig.CommitUnit(order, UnitMachine.Sum(unit, mixed), Files(mixed));
        }

        var leaves = machine.Leaves(unit, cheat);
        return await rig.CommitUnit(order, UnitMachine.Sum(unit, leaves), Files(leaves));
    }
}
