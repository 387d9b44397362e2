using System.Net;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.Solana.Keys;
using Marketplace.Solana.Programs;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Payments;

/// <summary>What customers and administrators say about refunds in USDC over HTTP; sending is tested with the lanes.</summary>
public sealed class UsdcRefundTests(TestMarket market)
{
    private static readonly string Wallet = Address(41);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refund_is_held_shown_and_repeated_under_its_key_alone()
    {
        var renter = await Depositor("10");
        var other = await market.NewLiveRenter();
        var wish = new { amount = "4.5", address = Wallet };

        var made = await renter.Post("/v1/usdc-refunds", wish, "refund-1");
        var again = await renter.Post("/v1/usdc-refunds", wish, "refund-1");
        var path = $"/v1/usdc-refunds/{made.Text("id")}";

        Assert.Equal(made.Text("id"), again.Text("id"));
        Assert.Equal(("4.500000", Wallet, renter.Account), (made.Text("amount"), made.Text("address"), made.Text("account")));
        Assert.Equal("5.500000", (await renter.Get("/v1/balance")).Text("available"));
        Assert.Equal("idempotency-key-reused", (await renter.Refused(
            HttpMethod.Post, "/v1/usdc-refunds", new { amount = "4.6", address = Wallet }, "refund-1")).Problem.Text("code"));
        Assert.Equal("idempotency-key-reused", (await renter.Refused(
            HttpMethod.Post, "/v1/usdc-refunds", new { amount = "4.5", address = Address(42) }, "refund-1")).Problem.Text("code"));
        Assert.Equal(
            made.Text("id"), Assert.Single((await renter.Get("/v1/usdc-refunds")).At("data").EnumerateArray()).Text("id"));
        Assert.Equal(HttpStatusCode.NotFound, (await other.Refused(HttpMethod.Get, path)).Status);
        Assert.Equal(0, (await other.Get("/v1/usdc-refunds")).At("data").GetArrayLength());
        Assert.Equal(made.Text("id"), (await market.Admin.Get($"/v1/admin/usdc-refunds/{made.Text("id")}")).Text("id"));
    }

    [Fact]
    public async Task What_cannot_go_back_is_refused_with_the_reason()
    {
        var renter = await Depositor("10");
        using var key = Keypair.FromSeed(Enumerable.Repeat((byte)43, Keypair.SeedLength).ToArray());
        var program = AssociatedTokenProgram.Address(key.PublicKey, key.PublicKey).ToString();

        Assert.Equal((422, "refund-above-deposits", "10.000000"), await Refused("10.000001", Wallet, "left"));
        Assert.Equal((422, "refund-too-small", "1.000000"), await Refused("0.5", Wallet, "minimum"));
        Assert.Equal((422, "address-unfit", null), await Refused("5", program));
        Assert.Equal((400, "invalid-request", null), await Refused("5", "short"));
        Assert.Equal((400, "invalid-request", null), await Refused("0", Wallet));
        Assert.Equal((422, "travel-rule-fields-missing", null), await Refused("1000", Wallet));
        Assert.Equal("10.000000", (await renter.Get("/v1/balance")).Text("available"));

        async Task<(int Status, string Code, string? Fact)> Refused(string amount, string address, string? fact = null)
        {
            var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/usdc-refunds", new { amount, address });
            return ((int)status, problem.Text("code"), fact is null ? null : problem.Text(fact));
        }
    }

    [Fact]
    public async Task A_deposit_without_an_owner_is_matched_or_goes_back_by_two_people()
    {
        var renter = await market.NewLiveRenter();
        var signature = $"sig{Guid.NewGuid():n}";
        await Credit(signature, "7", null);
        var path = $"/v1/admin/suspense/{signature}";
        var wish = new
        {
            address = Wallet,
            beneficiary = new { legalName = "Ada Lovelace", kind = "person" },
            reason = "ticket 91",
        };

        var (nameless, faults) = await market.Admin.Refused(
            HttpMethod.Post, $"{path}/refund", new { address = "x", beneficiary = new { legalName = "1", kind = "robot" }, reason = "a" });
        Assert.Equal(HttpStatusCode.BadRequest, nameless);
        Assert.Contains("beneficiary.kind", faults.Fields(), StringComparer.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await renter.Refused(HttpMethod.Post, $"{path}/refund", wish)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await market.Admin.Refused(
            HttpMethod.Post, "/v1/admin/suspense/no-such/refund", wish)).Status);
        var made = await market.Admin.Post($"{path}/refund", wish, signature);
        Assert.Equal(("review", "7.000000"), (made.Text("state"), made.Text("amount")));
        Assert.Equal("transfer-goes-back", (await market.Admin.Refused(
            HttpMethod.Post, $"{path}/match", new { account = renter.Account, reason = "named it" })).Problem.Text("code"));
        Assert.Equal("deposit-not-waiting", (await market.Admin.Refused(
            HttpMethod.Post, $"{path}/refund", wish)).Problem.Text("code"));
        Assert.Equal("refund-not-waiting", (await market.Admin.Refused(
            HttpMethod.Post, $"/v1/admin/usdc-refunds/{made.Text("id")}/cancel", new { reason = "second thoughts" })).Problem.Text("code"));

        var review = made.Text("trouble")["in review (".Length..made.Text("trouble").IndexOf(')', StringComparison.Ordinal)];
        Assert.Equal("second-person-needed", (await market.Admin.Refused(
            HttpMethod.Post, $"/v1/admin/reviews/{review}/approve", new { reason = "agreed" })).Problem.Text("code"));
        await market.Admin.Post($"/v1/admin/reviews/{review}/release", new { reason = "found the owner", then = "return" });
        Assert.Equal("refused", (await market.Admin.Get($"/v1/admin/usdc-refunds/{made.Text("id")}")).Text("state"));
        await market.Admin.Post($"{path}/match", new { account = renter.Account, reason = "named it" });
        Assert.Equal("7.000000", (await renter.Get("/v1/balance")).Text("available"));
    }

    private static string Address(byte seed)
    {
        using var key = Keypair.FromSeed(Enumerable.Repeat(seed, Keypair.SeedLength).ToArray());
        return key.PublicKey.ToString();
    }

    private async Task<MarketClient> Depositor(string usdc)
    {
        var renter = await market.NewLiveRenter();
        await Credit($"sig{Guid.NewGuid():n}", usdc, AccountId.Parse(renter.Account));
        return renter;
    }

    private async Task Credit(string signature, string usdc, AccountId? owner) =>
        Assert.True((await market.Services.GetRequiredService<DepositRows>().Credit(
            new ChainTransfer("genesis", signature, "treasury-ata", Usdc.Parse(usdc), 42), owner, null, Cancel)).Stands);
}
