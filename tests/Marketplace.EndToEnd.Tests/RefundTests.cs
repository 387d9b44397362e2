using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Marketplace.Domain.Ledger;
using Marketplace.EndToEnd.Tests.Processes;
using Marketplace.Solana;

namespace Marketplace.EndToEnd.Tests;

/// <summary>USDC goes back to people, on real processes and a real chain, with the host killed on the way.</summary>
public partial class RefundTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_balance_goes_back_to_the_wallet_that_its_owner_names_once()
    {
        await using var world = await World.Create(withChain: true, Cancel);
        var host = await world.StartHost(Cancel);
        using var customer = await Funded(world);
        using var payee = await ChainWallet.Make(world.Chain!, Cancel);
        var renter = await world.NewAccount("Renter", ["renter"], Cancel);
        var deposit = await renter.Post("/v1/deposits", new { amount = "20.000000" }, Cancel);
        await customer.Pay((string)deposit["url"]!, Cancel);
        await World.Until(
            renter, "/v1/balance", "the deposit is credited", view => (string)view["available"]! == "20.000000", Cancel);

        var wish = new { amount = "12.500000", address = payee.Address.ToString() };
        var refund = await renter.Post("/v1/usdc-refunds", wish, Cancel, "refund-1");
        Assert.Equal("review", (string)refund["state"]!);
        Assert.Equal("7.500000", (string)(await renter.Get("/v1/balance", Cancel))["available"]!);
        var above = await Assert.ThrowsAsync<HttpRequestException>(() => renter.Post(
            "/v1/usdc-refunds", new { amount = "7.500001", address = payee.Address.ToString() }, Cancel));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, above.StatusCode);
        var review = ReviewOf(refund);
        await world.Admin.Post($"/v1/admin/reviews/{review}/claim", new { reason = "looks into it" }, Cancel);
        await world.Admin.Post(
            $"/v1/admin/reviews/{review}/release", new { reason = "asked by phone", then = "pay" }, Cancel);
        await host.Kill();
        await world.StartHost(Cancel);

        var again = world.Client(renter.Key);
        Assert.Equal(
            (string)refund["id"]!, (string)(await again.Post("/v1/usdc-refunds", wish, Cancel, "refund-1"))["id"]!);
        await World.Until(
            again,
            $"/v1/usdc-refunds/{refund["id"]}",
            "the refund is posted",
            view => (string)view["state"]! == "posted",
            Cancel);
        Assert.Equal("12.500000", (await payee.Balance(Cancel)).ToString());
        Assert.Equal("7.500000", (string)(await again.Get("/v1/balance", Cancel))["available"]!);
        await world.BooksBalance(Cancel);
    }

    [Fact]
    public async Task A_deposit_that_nobody_owns_goes_back_once_two_people_agree()
    {
        await using var world = await World.Create(withChain: true, Cancel);
        var host = await world.StartHost(Cancel);
        using var sender = await Funded(world);
        using var payee = await ChainWallet.Make(world.Chain!, Cancel);
        var renter = await world.NewAccount("Renter", ["renter"], Cancel);
        var deposit = await renter.Post("/v1/deposits", new { amount = "20.000000" }, Cancel);
        var treasury = PublicKey.Parse(new Uri((string)deposit["url"]!).AbsolutePath);
        await sender.Send(treasury, Usdc.Parse("3.250000"), Cancel);
        var waiting = await World.Until(
            world.Admin, "/v1/admin/suspense", "the deposit waits", view => view.AsArray().Count == 1, Cancel);
        var path = $"/v1/admin/suspense/{waiting[0]!["signature"]}";

        var wish = new
        {
            address = payee.Address.ToString(),
            beneficiary = new { legalName = "Ada Lovelace", kind = "person" },
            reason = "ticket 91",
        };
        var refund = await world.Admin.Post($"{path}/refund", wish, Cancel, "back-1");
        var review = ReviewOf(refund);
        await Refused(() => world.Admin.Post($"/v1/admin/reviews/{review}/approve", new { reason = "agreed" }, Cancel));
        var me = await renter.Get("/v1/accounts/me", Cancel);
        await Refused(() => world.Admin.Post(
            $"{path}/match", new { account = (string)me["account"]!["id"]!, reason = "named it" }, Cancel));
        Assert.Equal(Usdc.Zero, await payee.Balance(Cancel));

        var second = await world.NewAccount("Finance", ["finance"], Cancel);
        await second.Post($"/v1/admin/reviews/{review}/approve", new { reason = "agreed" }, Cancel);
        await host.Kill();
        await world.StartHost(Cancel);
        Assert.Equal(
            (string)refund["id"]!, (string)(await world.Admin.Post($"{path}/refund", wish, Cancel, "back-1"))["id"]!);
        await World.Until(
            world.Admin,
            $"/v1/admin/usdc-refunds/{refund["id"]}",
            "the refund is posted",
            view => (string)view["state"]! == "posted",
            Cancel);
        Assert.Equal("3.250000", (await payee.Balance(Cancel)).ToString());
        Assert.Empty((await world.Admin.Get("/v1/admin/suspense", Cancel)).AsArray());
        await world.BooksBalance(Cancel);
    }

    [GeneratedRegex("rev_[0-9a-z]+", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex ReviewPattern();

    private static string ReviewOf(JsonNode refund) => ReviewPattern().Match((string)refund["trouble"]!).Value;

    private static async Task<ChainWallet> Funded(World world)
    {
        var wallet = await ChainWallet.Make(world.Chain!, Cancel);
        await world.Chain!.MintUsdcAsync(wallet.Address, 50_000_000, Cancel);
        return wallet;
    }

    private static async Task Refused(Func<Task> act) => Assert.Equal(
        HttpStatusCode.Conflict, (await Assert.ThrowsAsync<HttpRequestException>(act)).StatusCode);
}
