using System.Net;
using Marketplace.Agent.Protocol;
using Marketplace.Api.AgentGateway;
using Marketplace.Api.Tests.Inference;
using Marketplace.Domain.Devices;
using Marketplace.Domain.Leases;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Api.Tests.AgentGateway;

/// <summary>Which files an agent may read: those of its current attempts.</summary>
public sealed class AgentFileTests(TestMarket market)
{
    [Fact]
    public async Task A_device_reads_the_files_of_its_attempt_until_that_ends()
    {
        var (_, rig) = await TestRig.Start(market, "f-one");
        await using var _ = rig;
        var (_, stranger) = await TestRig.Start(market, "f-two");
        await using var __ = stranger;
        var (order, hash) = await Leased(rig, "f-one");

        Assert.Equal(HttpStatusCode.OK, await Status(rig, hash));
        Assert.Equal(HttpStatusCode.NotFound, await Status(stranger, hash));
        Assert.Equal(HttpStatusCode.NotFound, await Status(stranger, hash, order.Work));
        Assert.Equal(HttpStatusCode.NotFound, await Status(rig, await market.Admin.Upload([1, 2, 3])));

        Assert.Equal(DeliverReply.Accepted, await rig.DeliverText(order, "done"));
        Assert.Equal(HttpStatusCode.NotFound, await Status(rig, hash));
        Assert.Equal(HttpStatusCode.NotFound, await Status(rig, hash, order.Work));
    }

    [Fact]
    public async Task A_host_that_did_not_lease_the_work_asks_the_work_that_the_agent_names()
    {
        var (_, rig) = await TestRig.Start(market, "f-three");
        await using var _ = rig;
        var (order, hash) = await Leased(rig, "f-three");
        market.Services.GetRequiredService<LeasedWork>().Forget(AttemptId.Parse(order.Attempt));

        Assert.Equal(HttpStatusCode.NotFound, await Status(rig, hash));
        Assert.Equal(HttpStatusCode.NotFound, await Status(rig, hash, "job_00000000000000000000000000", "../../etc"));
        Assert.Equal(HttpStatusCode.OK, await Status(rig, hash, "job_00000000000000000000000000", order.Work));
        Assert.Equal(HttpStatusCode.NotFound, await Status(rig, await market.Admin.Upload([1, 2, 3]), order.Work));
        Assert.Equal(DeliverReply.Accepted, await rig.DeliverText(order, "done"));
    }

    [Fact]
    public async Task A_device_uploads_no_more_than_its_budget_of_the_hour()
    {
        var clock = new FakeTimeProvider();
        var options = Options.Create(new ApiOptions { AgentUploadBytesPerHour = 1_000 });
        var uploads = new AgentUploads(options, clock);
        var (one, other) = (DeviceId.From(Guid.NewGuid()), DeviceId.From(Guid.NewGuid()));

        Assert.Null(uploads.Take(one, 1_000));
        Assert.Equal(TimeSpan.FromHours(1), uploads.Take(one, 1));
        Assert.Null(uploads.Take(other, 1_000));
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(uploads.Take(one, 1_000));

        var (_, rig) = await TestRig.Start(market, "f-four");
        await using var _ = rig;
        var cancel = TestContext.Current.CancellationToken;
        market.Services.GetRequiredService<AgentUploads>()
            .Take(DeviceId.Parse(rig.Device), TestMarket.AgentUploadBytesPerHour);
        using var body = new ByteArrayContent([1]);
        using var refused = await rig.Http.PutAsync($"{AgentRoutes.Blobs}/{MarketClient.Hash([1])}", body, cancel);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter!.Delta > TimeSpan.FromMinutes(59));
    }

    private async Task<(WorkOrderMessage Order, string Hash)> Leased(TestRig rig, string region)
    {
        var renter = await market.NewRenter();
        await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), region));
        var order = await rig.LeaseSome();
        return (order, order.Text!.ModelSha256);
    }

    private static async Task<HttpStatusCode> Status(TestRig rig, string hash, params string[] works)
    {
        var query = string.Join('&', works.Select(work => $"{AgentRoutes.WorkQuery}={Uri.EscapeDataString(work)}"));
        using var answer = await rig.Http.GetAsync(
            $"{AgentRoutes.Blobs}/{hash}?{query}", TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
