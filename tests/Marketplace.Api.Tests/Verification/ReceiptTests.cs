using System.Net;
using System.Text.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Tests.Inference;
using Marketplace.Domain.Verification;
using NSec.Cryptography;

namespace Marketplace.Api.Tests.Verification;

public sealed class ReceiptTests(TestMarket market)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receipt_is_signed_by_the_marketplace_and_by_the_device()
    {
        var (_, rig) = await TestRig.Start(market, "verify-one");
        await using var _ = rig;
        var (renter, order) = await Take(rig, "verify-one");
        Assert.Equal(DeliverReply.Accepted, await rig.DeliverSigned(order, " upon a", " upon", " a"));

        var (file, check) = await Fetch(renter, order);
        var holds = Assert.IsType<ReceiptVerdict.Holds>(check.Verify(file));

        Assert.Equal(order.Work, holds.Work);
        Assert.Equal((1, 0), (holds.ResultsSigned, holds.ResultsUnsigned));
        Assert.IsType<ReceiptVerdict.Broken>(check.Verify(file.Replace("\"kind\":\"text\"", "\"kind\":\"test\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_agent_that_signs_nothing_is_paid_and_the_receipt_says_so()
    {
        var (_, rig) = await TestRig.Start(market, "verify-two");
        await using var _ = rig;
        var (renter, order) = await Take(rig, "verify-two");
        Assert.Equal(DeliverReply.Accepted, await rig.DeliverText(order, " upon", " a"));

        var (file, check) = await Fetch(renter, order);
        var holds = Assert.IsType<ReceiptVerdict.Holds>(check.Verify(file));

        Assert.Equal((0, 1), (holds.ResultsSigned, holds.ResultsUnsigned));
    }

    [Fact]
    public async Task A_signature_over_something_else_is_refused_and_the_right_one_is_taken_after_it()
    {
        var (_, rig) = await TestRig.Start(market, "verify-three");
        await using var _ = rig;
        var (_, order) = await Take(rig, "verify-three");

        Assert.Equal(DeliverReply.Refused, await rig.DeliverSigned(order, " another text", " upon", " a"));
        Assert.Equal(DeliverReply.Accepted, await rig.DeliverSigned(order, " upon a", " upon", " a"));
    }

    [Fact]
    public async Task A_cancelled_job_that_was_charged_has_a_receipt_too()
    {
        var (_, rig) = await TestRig.Start(market, "verify-four");
        await using var _ = rig;
        var (renter, order) = await Take(rig, "verify-four");
        Assert.Equal(DeliverReply.Accepted, await rig.SendTokens(order, 0, " upon", " a"));
        var ended = await renter.Delete($"/v1/jobs/{order.Work}");

        var (file, check) = await Fetch(renter, order);
        var holds = Assert.IsType<ReceiptVerdict.Holds>(check.Verify(file));

        Assert.Equal(ended.Text("charged"), holds.Charge);
        Assert.Equal((0, 1), (holds.ResultsSigned, holds.ResultsUnsigned));
    }

    [Fact]
    public async Task Somebody_else_s_receipt_is_not_found()
    {
        var (_, rig) = await TestRig.Start(market, "verify-five");
        await using var _ = rig;
        var (renter, order) = await Take(rig, "verify-five");
        await rig.DeliverText(order, " upon", " a");
        var done = await renter.UntilState($"/v1/jobs/{order.Work}", "succeeded");
        var other = await market.NewAccount("renter");

        using var answer = await other.Send(HttpMethod.Get, $"/v1/receipts/{done.Text("receipt")}");

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static bool Verify(byte[] publicKey, byte[] message, byte[] signature) =>
        PublicKey.TryImport(SignatureAlgorithm.Ed25519, publicKey, KeyBlobFormat.RawPublicKey, out var key)
        && SignatureAlgorithm.Ed25519.Verify(key!, message, signature);

    private async Task<(MarketClient Renter, WorkOrderMessage Order)> Take(TestRig rig, string region)
    {
        var renter = await market.NewRenter();
        await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), region));

        return (renter, await rig.LeaseSome());
    }

    /// <summary>The file as it was served, and a check with the keys that are open to all.</summary>
    private async Task<(string File, ReceiptCheck Check)> Fetch(MarketClient renter, WorkOrderMessage order)
    {
        var job = await renter.Until(
            $"/v1/jobs/{order.Work}", answer => answer.IsSuccessStatusCode, "the job can be read");
        var file = await renter.Http.GetStringAsync($"/v1/receipts/{job.Text("receipt")}", Cancel);
        var keys = await market.Client(null).Http.GetStringAsync("/v1/receipt-keys", Cancel);
        Assert.True(JsonDocument.Parse(keys).RootElement.At("keys")[0].GetProperty("current").GetBoolean());

        return (file, new ReceiptCheck(ReceiptKeys.Parse(keys), Verify));
    }
}
