using System.Net;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Providers;
using Marketplace.Ledger;
using Marketplace.Ledger.Invoices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Api.Tests.Invoices;

public sealed class InvoiceTests(TestMarket market)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_month_is_previewed_issued_and_shown_in_three_forms()
    {
        var renter = await market.NewAccount("renter");
        await Charge(AccountId.Parse(renter.Account), 750);
        await renter.Put("/v1/invoices/billing", new { name = "Studio <b>North</b>", country = "NO" });

        var preview = await renter.Get("/v1/invoices/preview");
        var before = await renter.Get("/v1/invoices");
        await Later().Issue(AccountId.Parse(renter.Account), Cancel);
        var issued = (await renter.Get("/v1/invoices")).GetProperty("data")[0];
        var number = issued.Text("number");

        Assert.Equal(("0.000750", null), (preview.Text("total"), preview.GetProperty("number").GetString()));
        Assert.Equal(0, before.GetProperty("data").GetArrayLength());
        Assert.Equal("0.000750", (await renter.Get($"/v1/invoices/{number}")).Text("total"));
        Assert.Equal("render", issued.GetProperty("lines")[0].Text("product"));
        var month = issued.Text("month");
        Assert.Equal(
            $"invoice,month,product,count,amount\r\n{number},{month},render,1,0.000750\r\n"
                + $"{number},{month},total,,0.000750\r\n",
            await Read(renter, $"/v1/invoices/{number}?format=csv"));
        var page = await Read(renter, $"/v1/invoices/{number}?format=html");
        Assert.Contains($"<h1>Invoice {number}</h1>", page, StringComparison.Ordinal);
        Assert.Contains("Studio &lt;b&gt;North&lt;/b&gt;", page, StringComparison.Ordinal);

        var stranger = await market.NewAccount("renter");
        var (status, _) = await stranger.Refused(HttpMethod.Get, $"/v1/invoices/{number}");
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    [Theory]
    [InlineData("GET", "/v1/invoices/INV-1", null, HttpStatusCode.NotFound, "not-found")]
    [InlineData("GET", "/v1/invoices/INV-000001?format=pdf", null, HttpStatusCode.BadRequest, "invalid-request")]
    [InlineData("PUT", "/v1/invoices/billing", "Norway", HttpStatusCode.BadRequest, "invalid-request")]
    public async Task What_is_wrong_is_named(
        string method, string path, string? country, HttpStatusCode expected, string code)
    {
        var renter = await market.NewAccount("renter");
        var (status, problem) = await renter.Refused(new(method), path, country is null ? null : new { country });

        Assert.Equal((expected, code), (status, problem.Text("code")));
    }

    /// <summary>The invoices as they are made when this month is over.</summary>
    private InvoiceRows Later() => new(
        market.Services.GetRequiredService<LedgerDatabase>(),
        new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(40)));

    private async Task Charge(AccountId account, long micros)
    {
        var work = $"rnd_invoiced_{account}";
        var whole = Usdc.FromMicros(micros);
        var outcome = await market.Services.GetRequiredService<IBook>().Post(
            new()
            {
                Journals =
                [
                    PromoJournals.Grant($"grant_{account}", account, whole),
                    LeaseJournals.Fund(work, 0, account, whole, Usdc.Zero),
                    LeaseJournals.Charge(work, ProviderId.From(Guid.NewGuid()), whole, feeBasisPoints: 1_000),
                ],
                Register = [new("render", work, account.Value, "succeeded", "{}", null)],
            },
            Cancel);
        Assert.IsType<PostOutcome.Posted>(outcome);
    }

    private static async Task<string> Read(MarketClient client, string path)
    {
        using var answer = await client.Send(HttpMethod.Get, path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync(Cancel);
    }
}
