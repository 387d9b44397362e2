using System.Text;
using System.Text.Json.Nodes;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Verification;
using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.Testing.Verification;

namespace Marketplace.EndToEnd.Tests;

/// <summary>
/// A platform that computes no texts itself, as for a model above its bounds: agents of other owners check them first,
/// all of them real processes. Who cheats runs the true agent on another file than it was given.
/// </summary>
public class FirstCheckTests
{
    private const string Off = "the platform's own checks are switched off";
    private const string Credit = "5.000000";

    /// <summary>What the cheat asks for, and the renter pays at most: nobody else makes the text.</summary>
    private const string Cheap = "10.000000";

    private const string Dear = "20.000000";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What one has accepted a second looks at where that is drawn.</summary>
    [Theory]
    [InlineData("0", 1)]
    [InlineData("1", 2)]
    public async Task An_honest_text_is_checked_by_another_owners_device_and_paid_for(string again, int looks)
    {
        await using var world = await World.Create(withChain: false, Cancel);
        var host = await Open(world, again);
        var (model, _) = await Model(world);
        var rigs = new List<Rig>();

        foreach (var name in (string[])["rig-a", "rig-b", "rig-c"])
        {
            rigs.Add(await Join(world, name, Dear));
        }

        var renter = await world.NewRenter(Credit, Cancel);
        var done = await Ended(renter, await Order(renter, model), "succeeded");

        Assert.Equal("passed", (string)done["verification"]!["verdict"]!);
        Assert.StartsWith("host.", (string)done["verification"]!["checkedBy"]!, StringComparison.Ordinal);
        Assert.True((int)done["verification"]!["positions"]! > 0);
        var told = await renter.Get($"/v1/jobs/{done["id"]}/verification", Cancel);
        Assert.Equal(done["verification"]!.ToJsonString(), told["verification"]!.ToJsonString());
        Assert.Empty(told["findings"]!.AsArray());
        var receipt = await renter.Get($"/v1/receipts/{done["receipt"]}", Cancel);
        Assert.Equal("passed", (string)receipt["verdict"]!);
        Assert.Equal((string)done["verification"]!["checkedBy"]!, (string)receipt["audit"]!["by"]!);
        Assert.Equal(looks, Opinions(host));
        Assert.Single(await Paid(rigs));
        Assert.All(await Failures(rigs), count => Assert.Equal(0, count));
        await world.BooksBalance(Cancel);
    }

    [Fact]
    public async Task Where_nobody_else_is_there_the_text_is_paid_unchecked_and_says_why()
    {
        await using var world = await World.Create(withChain: false, Cancel);
        await Open(world);
        var (model, _) = await Model(world);
        var alone = await Join(world, "alone", Dear);
        var renter = await world.NewRenter(Credit, Cancel);

        var done = await Ended(renter, await Order(renter, model), "succeeded");

        Assert.Equal("unchecked", (string)done["verification"]!["verdict"]!);
        Assert.Equal($"{Off}, and no other device has", (string)done["verification"]!["skipped"]!);
        Assert.Null(done["verification"]!["checkedBy"]);
        Assert.True(Usdc.Parse((string)done["charged"]!) > Usdc.Zero);
        Assert.Single(await Paid([alone]));
        await world.BooksBalance(Cancel);
    }

    /// <summary>One voice convicts nobody: the text is paid, its device watched, and what was measured is kept.</summary>
    [Fact]
    public async Task What_one_device_alone_doubts_is_nobodys_fault()
    {
        await using var world = await World.Create(withChain: false, Cancel);
        await Open(world);
        var (cheat, model, renter) = await Cheated(world);
        await Join(world, "honest", Dear);

        var done = await Ended(renter, await Order(renter, model, Cheap), "succeeded");

        Assert.Equal("unchecked", (string)done["verification"]!["verdict"]!);
        Assert.Equal(
            $"{Off}, and one device doubts it, and no other has looked", (string)done["verification"]!["skipped"]!);
        Assert.True(Usdc.Parse((string)done["charged"]!) > Usdc.Zero);
        Assert.Single(await Paid([cheat]));
        Assert.Equal([0], await Failures([cheat]));
        var holds = await Finding(renter, cheat, done);
        Assert.Equal(("unchecked", LogitVerdict.OtherLogits), (holds.Verdict, holds.Cause));
        Assert.Equal(LogitVerdict.OtherLogits, Assert.Single(holds.Measured).Cause);
        await world.BooksBalance(Cancel);
    }

    [Fact]
    public async Task What_two_devices_find_costs_the_cheat_its_pay_and_its_renter_nothing()
    {
        await using var world = await World.Create(withChain: false, Cancel);
        var host = await Open(world);
        var (cheat, model, renter) = await Cheated(world);
        Rig[] others = [await Join(world, "honest-a", Dear), await Join(world, "honest-b", Dear)];

        var done = await Ended(renter, await Order(renter, model, Cheap), "failed");

        Assert.Equal("failed", (string)done["verification"]!["verdict"]!);
        Assert.Equal(LogitVerdict.OtherLogits, (string)done["verification"]!["cause"]!);
        Assert.StartsWith("host.", (string)done["verification"]!["checkedBy"]!, StringComparison.Ordinal);
        Assert.Equal("failed-audit", (string)done["ending"]!["code"]!);
        Assert.Equal(2, Opinions(host));

        // Nobody asked for it: the reserve is back by itself, and nobody has earned anything.
        Assert.Equal("0.000000", (string)done["charged"]!);
        Assert.Equal(Credit, (string)(await renter.Get("/v1/balance", Cancel))["promo"]!);
        Assert.Empty(await Paid([cheat, .. others]));
        Assert.Equal([1, 0, 0], await Failures([cheat, .. others]));
        var holds = await Finding(renter, cheat, done);
        Assert.Equal(("failed", LogitVerdict.OtherLogits, true), (holds.Verdict, holds.Cause, holds.IsSigned));
        Assert.Equal(2, holds.Measured.Count);
        Assert.All(holds.Measured, one => Assert.Equal(LogitVerdict.OtherLogits, one.Cause));
        Assert.All(holds.Measured, one => Assert.StartsWith("host.", one.By, StringComparison.Ordinal));
        await world.BooksBalance(Cancel);
    }

    private static async Task<ChildProcess> Open(World world, string again = "0")
    {
        world.Set("Verification:PlatformChecks", "false");
        world.Set("Verification:SecondCheckRate", again);

        // However long a busy machine takes to compute one: nothing here ends because somebody is slow.
        world.Set("Verification:OpinionPatience", "00:01:00");
        return await world.StartHost(Cancel);
    }

    private static async Task<(string Model, (string Sha256, string Other) Files)> Model(World world) =>
        ("tiny", await world.RegisterModelWithOther("tiny", Cancel));

    /// <summary>A rig that runs another model than it was given, and asks for the least.</summary>
    private static async Task<(Rig Cheat, string Model, RestClient Renter)> Cheated(World world)
    {
        var (model, (sha256, other)) = await Model(world);
        var cheat = await Join(world, "cheat", Cheap, () => world.SwapModel("cheat", sha256, other));
        return (cheat, model, await world.NewRenter(Credit, Cancel));
    }

    /// <summary>A provider with one rig whose agent runs and is connected.</summary>
    private static async Task<Rig> Join(World world, string name, string ask, Action? before = null)
    {
        var provider = await world.NewAccount("Provider", ["provider"], Cancel);
        await provider.Post("/v1/provider", new { name = $"Provider of {name}" }, Cancel);
        await world.EnrolRig(provider, name, Cancel);
        var device = (string)(await provider.Get("/v1/provider/devices", Cancel))["data"]![0]!["id"]!;
        await provider.Put(
            $"/v1/provider/devices/{device}/ask",
            new { promptTokens = ask, outputTokens = ask, megasample = "0.050000" },
            Cancel);
        before?.Invoke();
        await world.StartRig(provider, name, Cancel);
        await World.Until(
            provider,
            $"/v1/provider/devices/{device}",
            "the device is connected",
            view => (bool)view["connected"]!,
            Cancel);
        return new(provider, device);
    }

    private static async Task<string> Order(RestClient renter, string model, string cap = Dear) =>
        (string)(await renter.Post(
            "/v1/jobs",
            new
            {
                model,
                prompt = "abc",
                maxTokens = 24,
                temperature = 1,
                seed = 7,
                maxPrice = new { promptTokens = cap, outputTokens = cap },
            },
            Cancel,
            "first-check"))["id"]!;

    private static Task<JsonNode> Ended(RestClient renter, string job, string state) => World.Until(
        renter,
        $"/v1/jobs/{job}",
        $"the job has {state}",
        view => (string)view["state"]! == state && (state == "failed" || view["receipt"] is not null),
        Cancel);

    /// <summary>What others have said, as the host's log tells it.</summary>
    private static int Opinions(ChildProcess host) => host.LogLines()
        .Count(line => line.Contains(": second opinion ", StringComparison.Ordinal));

    private static async Task<IReadOnlyList<string>> Paid(IEnumerable<Rig> rigs)
    {
        var paid = new List<string>();

        foreach (var rig in rigs)
        {
            var payable = (string)(await rig.Provider.Get("/v1/provider/earnings", Cancel))["payable"]!;

            if (payable != "0.000000")
            {
                paid.Add(payable);
            }
        }

        return paid;
    }

    private static async Task<IReadOnlyList<int>> Failures(IEnumerable<Rig> rigs)
    {
        var failures = new List<int>();

        foreach (var rig in rigs)
        {
            failures.Add((int)(await rig.Provider.Get($"/v1/provider/devices/{rig.Device}", Cancel))["failedAudits"]!);
        }

        return failures;
    }

    /// <summary>The one that is kept of the text: the same file for provider and renter, checked offline.</summary>
    private static async Task<FindingVerdict.Holds> Finding(RestClient renter, Rig cheat, JsonNode job)
    {
        var listed = Assert.Single(
            (await cheat.Provider.Get($"/v1/devices/{cheat.Device}/findings", Cancel))["data"]!.AsArray())!;
        var told = await renter.Get($"/v1/jobs/{job["id"]}/verification", Cancel);
        Assert.Equal((string)listed["id"]!, (string)Assert.Single(told["findings"]!.AsArray())!);
        var file = await cheat.Provider.Bytes($"/v1/devices/{cheat.Device}/findings/{listed["id"]}", Cancel);
        Assert.Equal(file, await renter.Bytes($"/v1/jobs/{job["id"]}/findings/{listed["id"]}", Cancel));
        var keys = ReceiptKeys.Parse(Encoding.UTF8.GetString(await renter.Bytes("/v1/receipt-keys", Cancel)));
        var holds = Assert.IsType<FindingVerdict.Holds>(
            new FindingCheck(keys, SignedReceipts.Verify).Verify(Encoding.UTF8.GetString(file)));
        Assert.Equal(((string)job["id"]!, cheat.Device), (holds.Work, holds.Device));
        return holds;
    }

    private sealed record Rig(RestClient Provider, string Device);
}
