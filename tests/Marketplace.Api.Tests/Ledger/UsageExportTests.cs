using System.Net;
using System.Text.Json;
using Marketplace.Api.Tests.Inference;
using Marketplace.Domain.Ledger;

namespace Marketplace.Api.Tests.Ledger;

public sealed class UsageExportTests(TestMarket market)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_export_adds_up_to_the_balance_in_both_forms()
    {
        var (_, rig) = await TestRig.Start(market, "u-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var model = await Jobs.Model(market);

        // More than a page of the ledger.
        for (var job = 0; job < 60; job++)
        {
            var made = await renter.Post("/v1/jobs", Jobs.Order(model, "u-one"));
            await renter.Delete($"/v1/jobs/{made.Text("id")}");
        }

        await renter.Post("/v1/jobs", Jobs.Order(model, "u-one"));
        var order = await rig.LeaseSome();
        await rig.DeliverText(order, " upon", " a");
        await renter.UntilState($"/v1/jobs/{order.Work}", "succeeded");
        var view = await renter.Get("/v1/balance");
        var balance = Sum([view.Text("available"), view.Text("promo")]);

        var json = await renter.Get("/v1/usage/export?format=json");
        var csv = (await renter.Http.GetStringAsync("/v1/usage/export", Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.False(json.At("hasMore").GetBoolean());
        Assert.Equal(balance, Sum(json.At("data").EnumerateArray().Select(move => move.Text("amount"))));
        Assert.Equal("at,event,reference,amount,balanceAfter", csv[0]);
        Assert.Equal(balance, Sum(csv.Skip(1).Select(line => line.Split(',')[3])));
        Assert.Equal(json.At("data").GetArrayLength(), csv.Length - 1);
        Assert.True(csv.Length > 120);
    }

    [Theory]
    [InlineData("format=xml", "format")]
    [InlineData("from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from")]
    [InlineData("from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", "from")]
    public async Task A_wrong_question_names_its_field(string query, string field)
    {
        var renter = await market.NewAccount("renter");
        using var answer = await renter.Send(HttpMethod.Get, $"/v1/usage/export?{query}");
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal([field], problem.Fields());
    }

    private static Usdc Sum(IEnumerable<string> amounts) =>
        amounts.Aggregate(Usdc.Zero, (sum, amount) => sum + Usdc.Parse(amount));
}
