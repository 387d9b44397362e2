using System.Net;

namespace Marketplace.Api.Tests.Admin;

public sealed class AdminTests(TestMarket market)
{
    [Fact]
    public async Task A_suspension_takes_a_reason_and_lands_in_the_audit_log()
    {
        var provider = await market.NewAccount("provider");
        var id = (await provider.Post("/v1/provider", new { name = "Rigs" })).Text("id");

        var (status, problem) = await market.Admin.Refused(
            HttpMethod.Post, $"/v1/admin/providers/{id}/suspend", new { reason = " " });
        var suspended = await market.Admin.Post($"/v1/admin/providers/{id}/suspend", new { reason = "abuse report 42" });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["reason"], problem.Fields());
        Assert.True(suspended.At("suspended").GetBoolean());
        var log = await market.Admin.Get("/v1/admin/audit-log?limit=100");
        Assert.Contains(
            log.At("data").EnumerateArray(),
            line => line.Text("subject") == id && line.Text("reason") == "abuse report 42" && line.Text("actor").StartsWith("key_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_credit_is_granted_once_for_one_key()
    {
        var renter = await market.NewAccount("renter");
        var path = $"/v1/admin/accounts/{renter.Account}/credit";

        await market.Admin.Post(path, new { amount = "2.5", reason = "welcome" }, "grant-1");
        await market.Admin.Post(path, new { amount = "2.5", reason = "welcome" }, "grant-1");

        Assert.Equal("2.500000", (await renter.Get("/v1/balance")).Text("promo"));
        Assert.True((await market.Admin.Get("/v1/admin/trial-balance")).At("balanced").GetBoolean());
    }

    [Fact]
    public async Task A_credit_of_another_amount_under_the_same_key_is_refused_and_leaves_no_trace()
    {
        var renter = await market.NewAccount("renter");
        var path = $"/v1/admin/accounts/{renter.Account}/credit";
        await market.Admin.Post(path, new { amount = "2.5", reason = "welcome" }, "grant-1");

        var (status, problem) = await market.Admin.Refused(
            HttpMethod.Post, path, new { amount = "3.5", reason = "twice" }, "grant-1");

        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Equal("idempotency-key-reused", problem.Text("code"));
        Assert.Equal("2.500000", (await renter.Get("/v1/balance")).Text("promo"));
        var log = await market.Admin.Get("/v1/admin/audit-log?limit=100");
        Assert.DoesNotContain(
            log.At("data").EnumerateArray(), line => line.Text("subject") == renter.Account && line.Text("reason") == "twice");
    }

    [Fact]
    public async Task An_administrator_issues_and_revokes_keys_of_others()
    {
        var renter = await market.NewAccount("renter");
        var path = $"/v1/admin/accounts/{renter.Account}/api-keys";
        var body = new { name = "support", scopes = new[] { "renter" }, reason = "lost key" };

        var issued = await market.Admin.Post(path, body);
        var second = market.Client(issued.Text("secret"));
        await second.Get("/v1/balance");
        await market.Admin.Post($"{path}/{issued.Text("key.id")}/revoke", new { reason = "found again" });

        var (status, _) = await second.Refused(HttpMethod.Get, "/v1/balance");
        Assert.Equal(HttpStatusCode.Unauthorized, status);
    }

    [Theory]
    [InlineData("accounts")]
    [InlineData("api-keys")]
    [InlineData("providers")]
    [InlineData("devices")]
    [InlineData("models")]
    [InlineData("scenes")]
    [InlineData("jobs")]
    [InlineData("renders")]
    [InlineData("deposits")]
    [InlineData("payouts")]
    [InlineData("top-ups")]
    [InlineData("refunds")]
    [InlineData("disputes")]
    [InlineData("stripe-events")]
    [InlineData("reconciliations")]
    [InlineData("advances")]
    [InlineData("receipts")]
    public async Task Everything_can_be_listed(string kind)
    {
        var page = await market.Admin.Get($"/v1/admin/lists/{kind}?limit=1");

        Assert.True(page.At("data").GetArrayLength() <= 1);
    }

    [Fact]
    public async Task Payouts_freeze_and_thaw_with_reasons()
    {
        var frozen = await market.Admin.Post("/v1/admin/payouts/freeze", new { reason = "wallet rotation" });
        var thawed = await market.Admin.Post("/v1/admin/payouts/unfreeze", new { reason = "rotated" });

        Assert.True(frozen.At("frozen").GetBoolean());
        Assert.False(thawed.At("frozen").GetBoolean());
    }

    [Theory]
    [InlineData("accounts/acc_00000000000000000000000000")]
    [InlineData("providers/prov_00000000000000000000000000")]
    [InlineData("devices/dev_00000000000000000000000000")]
    [InlineData("jobs/job_00000000000000000000000000")]
    [InlineData("payouts/pay_00000000000000000000000000")]
    [InlineData("top-ups/top_00000000000000000000000000")]
    [InlineData("lists/secrets")]
    public async Task What_never_was_is_not_there(string path)
    {
        var (status, _) = await market.Admin.Refused(HttpMethod.Get, $"/v1/admin/{path}");

        Assert.Equal(HttpStatusCode.NotFound, status);
    }
}
