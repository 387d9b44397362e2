using System.Net;

namespace Marketplace.Api.Tests.Payments;

public sealed class DepositTests(TestMarket market)
{
    [Fact]
    public async Task Without_a_chain_a_deposit_is_refused_with_a_code_and_nothing_is_announced()
    {
        var renter = await market.NewLiveRenter();

        var (status, problem) = await renter.Refused(HttpMethod.Post, "/v1/deposits", new { amount = "5" });

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "deposits-off"), (status, problem.Text("code")));
        Assert.Contains("no chain is configured", problem.Text("detail"), StringComparison.Ordinal);
        Assert.Empty((await renter.Get("/v1/deposits")).At("data").EnumerateArray());
    }
}
