using Marketplace.Domain.Ledger;
using Marketplace.EndToEnd.Tests.Processes;

namespace Marketplace.EndToEnd.Tests;

/// <summary>The whole story on real processes and a real chain, with the host killed where it hurts most.</summary>
public class StoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Usdc_comes_in_work_is_done_and_a_killed_host_still_pays_once()
    {
        await using var world = await World.Create(withChain: true, Cancel);
        var host = await world.StartHost(Cancel);
        using var customer = await ChainWallet.Make(world.Chain!, Cancel);
        using var payee = await ChainWallet.Make(world.Chain!, Cancel);
        await world.Chain!.MintUsdcAsync(customer.Address, 50_000_000, Cancel);

        // Money in.
        var renter = await world.NewAccount("Renter", ["renter"], Cancel);
        var deposit = await renter.Post("/v1/deposits", new { amount = "20.000000" }, Cancel);
        await customer.Pay((string)deposit["url"]!, Cancel);
        await World.Until(
            renter, "/v1/balance", "the deposit is credited", view => (string)view["available"]! == "20.000000", Cancel);

        // Work.
        var provider = await world.NewAccount("Provider", ["provider"], Cancel);
        await provider.Post("/v1/provider", new { name = "Provider" }, Cancel);
        await provider.Put("/v1/provider/wallet", new { address = payee.Address.ToString() }, Cancel);
        await world.RegisterSlowModel(Cancel);
        await world.StartRig(provider, "rig", Cancel);
        var job = await renter.Post("/v1/jobs", new { model = "slow", prompt = "abc", maxTokens = 50 }, Cancel, "story-1");
        var done = await World.Until(
            renter, $"/v1/jobs/{job["id"]}", "the job succeeds", view => (string)view["state"]! == "succeeded", Cancel);
        var charged = Usdc.Parse((string)done["charged"]!);
        Assert.True(charged > Usdc.Zero);
        Assert.Equal(
            (Usdc.Parse("20") - charged).ToString(), (string)(await renter.Get("/v1/balance", Cancel))["available"]!);

        // Money out, with the host killed as soon as the payout is on its way.
        var payable = (string)(await provider.Get("/v1/provider/earnings", Cancel))["payable"]!;
        var payout = await provider.Post("/v1/provider/payouts", new { amount = payable }, Cancel, "payout-1");
        await host.Kill();
        await world.StartHost(Cancel);
        var again = world.Client(provider.Key);
        var repeated = await again.Post("/v1/provider/payouts", new { amount = payable }, Cancel, "payout-1");
        Assert.Equal((string)payout["id"]!, (string)repeated["id"]!);
        await World.Until(
            again,
            $"/v1/provider/payouts/{payout["id"]}",
            "the payout is posted",
            view => (string)view["state"]! == "posted",
            Cancel);

        Assert.Equal(payable, (await payee.Balance(Cancel)).ToString());
        await world.BooksBalance(Cancel);
    }

    [Fact]
    public async Task A_job_survives_its_hosts_death_and_is_charged_once()
    {
        await using var world = await World.Create(withChain: false, Cancel);
        var host = await world.StartHost(Cancel);
        var (renter, _) = await OpenMarket(world);
        var job = await renter.Post("/v1/jobs", new { model = "slow", prompt = "abc", maxTokens = 400 }, Cancel, "job-1");
        var seen = await TokensUntil(renter, (string)job["id"]!, 3);
        Assert.Equal(3, seen.Count);

        await host.Kill();
        await world.StartHost(Cancel);
        renter = world.Client(renter.Key);
        var done = await World.Until(
            renter, $"/v1/jobs/{job["id"]}", "the job succeeds", view => (string)view["state"]! == "succeeded", Cancel);

        Assert.StartsWith(string.Concat(seen), (string)done["text"]!, StringComparison.Ordinal);
        Assert.Equal(400, (int)done["outputTokens"]!);
        var balance = Usdc.Parse((string)(await renter.Get("/v1/balance", Cancel))["promo"]!);
        Assert.Equal(Usdc.Parse("5") - Usdc.Parse((string)done["charged"]!), balance);
        await world.BooksBalance(Cancel);
    }

    [Fact]
    public async Task A_job_goes_on_at_the_same_token_when_its_rig_is_killed()
    {
        await using var world = await World.Create(withChain: false, Cancel);
        await world.StartHost(Cancel);
        var (renter, provider) = await OpenMarket(world);
        var order = new { model = "slow", prompt = "abc", maxTokens = 400, seed = 3, temperature = 0.7 };
        var job = await renter.Post("/v1/jobs", order, Cancel, "job-2");
        var text = string.Empty;
        var numbers = new List<int>();
        var killed = false;

        await foreach (var (type, _, data) in renter.Events((string)job["id"]!, 0, Cancel))
        {
            if (type == "token")
            {
                numbers.Add((int)data["number"]!);
                text += (string)data["text"]!;

                if (!killed)
                {
                    killed = true;
                    await world.KillRig("rig");
                    await world.StartRig(provider, "spare", Cancel);
                }
            }
        }

        var done = await renter.Get($"/v1/jobs/{job["id"]}", Cancel);
        Assert.Equal("succeeded", (string)done["state"]!);
        Assert.Equal(Enumerable.Range(1, (int)done["outputTokens"]!), numbers);
        Assert.Equal(text, (string)done["text"]!);
        Assert.Equal(2, (int)done["attempts"]!);
        await world.BooksBalance(Cancel);
    }

    private static async Task<(RestClient Renter, RestClient Provider)> OpenMarket(World world)
    {
        var provider = await world.NewAccount("Provider", ["provider"], Cancel);
        await provider.Post("/v1/provider", new { name = "Provider" }, Cancel);
        await world.RegisterSlowModel(Cancel);
        await world.StartRig(provider, "rig", Cancel);
        return (await world.NewRenter("5.000000", Cancel), provider);
    }

    /// <summary>The texts of the first tokens, as they come.</summary>
    private static async Task<List<string>> TokensUntil(RestClient renter, string job, int count)
    {
        var seen = new List<string>();

        await foreach (var (type, _, data) in renter.Events(job, 0, Cancel))
        {
            if (type == "token")
            {
                seen.Add((string)data["text"]!);

                if (seen.Count == count)
                {
                    break;
                }
            }
        }

        return seen;
    }
}
