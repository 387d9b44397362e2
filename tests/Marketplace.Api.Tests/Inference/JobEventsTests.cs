using System.Net;

namespace Marketplace.Api.Tests.Inference;

public sealed class JobEventsTests(TestMarket market)
{
    [Fact]
    public async Task Tokens_come_as_they_are_made_and_the_job_at_the_end()
    {
        var (_, rig) = await TestRig.Start(market, "e-one");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var job = await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "e-one"));
        using var events = await EventStream.Open(renter, $"/v1/jobs/{job.Text("id")}/events");
        var order = await rig.LeaseSome();

        await rig.SendTokens(order, 0, "a");
        var (id, first) = await events.Next("token");
        Assert.Equal("1", id);
        Assert.Equal("a", first.Text("text"));

        await rig.SendTokens(order, 1, "b");
        Assert.Equal("b", (await events.Next("token")).Data.Text("text"));

        await rig.DeliverText(order, "a", "b", "c");
        Assert.Equal("3", (await events.Next("token")).Id);
        var (_, done) = await events.Next("done");
        Assert.Equal("succeeded", done.Text("state"));
        Assert.Equal("abc", done.Text("text"));
        Assert.Null(await events.Next());
    }

    [Fact]
    public async Task A_stream_resumes_after_the_last_token_seen()
    {
        var (_, rig) = await TestRig.Start(market, "e-two");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var job = await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "e-two"));
        var order = await rig.LeaseSome();
        await rig.DeliverText(order, "a", "b", "c");

        using var events = await EventStream.Open(renter, $"/v1/jobs/{job.Text("id")}/events", lastEventId: 2);

        var (id, token) = await events.Next("token");
        Assert.Equal("3", id);
        Assert.Equal("c", token.Text("text"));
        Assert.Equal("abc", (await events.Next("done")).Data.Text("text"));
    }

    [Fact]
    public async Task Silence_is_kept_alive_by_comments()
    {
        var (_, rig) = await TestRig.Start(market, "e-three");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var job = await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "e-three"));
        var order = await rig.LeaseSome();
        using var events = await EventStream.Open(renter, $"/v1/jobs/{job.Text("id")}/events");
        var done = events.Next("done");

        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (events.Comments == 0 && await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            Assert.False(done.IsCompleted, "The stream ended before any comment.");
        }

        await rig.DeliverText(order, "a");
        await done;
    }

    [Fact]
    public async Task A_last_event_id_that_is_no_token_is_refused()
    {
        var renter = await market.NewAccount("renter");
        renter.Http.DefaultRequestHeaders.Add("Last-Event-ID", "third");

        var (status, problem) = await renter.Refused(HttpMethod.Get, "/v1/jobs/job_00000000000000000000000000/events");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal(["Last-Event-ID"], problem.Fields());
    }
}
