using System.Net;
using System.Net.Http.Json;
using Marketplace.Agent.Protocol;
using Marketplace.Api.Tests.Inference;
using NSec.Cryptography;

namespace Marketplace.Api.Tests.AgentGateway;

public sealed class AgentTests(TestMarket market)
{
    [Fact]
    public async Task A_code_enrols_one_device_and_no_second_one()
    {
        var provider = await market.NewAccount("provider");
        await provider.Post("/v1/provider", new { name = "Rigs" });
        var code = (await provider.Post("/v1/provider/enrolment-codes", new { })).Text("code");
        await using var first = TestRig.NotEnrolled(market);
        await using var second = TestRig.NotEnrolled(market);

        await first.Enrol(code, "g-one");
        using var again = await second.PostEnrol(code, "g-one");

        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        var device = await provider.Get($"/v1/provider/devices/{first.Device}");
        Assert.Equal("host", device.Text("kind"));
        Assert.Equal("g-one", device.Text("region"));
    }

    [Fact]
    public async Task Another_key_does_not_open_a_devices_session()
    {
        var (_, rig) = await TestRig.Start(market, "g-two");
        await using var _ = rig;
        using var stranger = Key.Create(SignatureAlgorithm.Ed25519);

        using var answer = await rig.PostSession(rig.Device, stranger);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Without_a_session_there_is_no_work_and_no_file()
    {
        await using var rig = TestRig.NotEnrolled(market);

        using var lease = await rig.Http.PostAsync(AgentRoutes.Lease, null, TestContext.Current.CancellationToken);
        using var file = await rig.Http.GetAsync(
            $"{AgentRoutes.Blobs}/{new string('0', 64)}", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, lease.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, file.StatusCode);
    }

    [Fact]
    public async Task An_agent_of_another_protocol_is_told_to_update()
    {
        await using var rig = TestRig.NotEnrolled(market);

        using var answer = await rig.Http.PostAsJsonAsync(
            AgentRoutes.Challenge, new ChallengeRequest(99, "dev_x"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }

    [Fact]
    public async Task A_session_of_another_protocol_is_over()
    {
        var (_, rig) = await TestRig.Start(market, "g-protocol");
        await using var _ = rig;
        var bare = rig.Token[..^$".{AgentRoutes.Version}".Length];
        Assert.EndsWith($".{AgentRoutes.Version}", rig.Token, StringComparison.Ordinal);

        foreach (var (token, expected) in new[]
        {
            (bare, HttpStatusCode.Unauthorized),
            ($"{bare}.{AgentRoutes.Version - 1}", HttpStatusCode.Unauthorized),
            (rig.Token, HttpStatusCode.NoContent),
        })
        {
            rig.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
            using var lease = await rig.Http.PostAsync(AgentRoutes.Lease, null, TestContext.Current.CancellationToken);
            Assert.Equal(expected, lease.StatusCode);
        }
    }

    [Fact]
    public async Task A_delivery_under_an_attempt_of_another_device_changes_nothing()
    {
        var (_, rig) = await TestRig.Start(market, "g-three");
        await using var _ = rig;
        var (_, liar) = await TestRig.Start(market, "g-four");
        await using var __ = liar;
        var renter = await market.NewRenter();
        var job = await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "g-three"));
        var order = await rig.LeaseSome();

        Assert.Equal(DeliverReply.Stale, await liar.DeliverText(order, "lie"));
        Assert.Equal(DeliverReply.Stale, await liar.SendTokens(order, 0, "lie"));

        await rig.DeliverText(order, "truth");
        Assert.Equal("truth", (await renter.UntilState($"/v1/jobs/{job.Text("id")}", "succeeded")).Text("text"));
    }

    [Fact]
    public async Task A_delivery_under_an_attempt_that_never_was_is_stale()
    {
        var (_, rig) = await TestRig.Start(market, "g-five");
        await using var _ = rig;
        var order = new WorkOrderMessage(
            "att_00000000000000000000000000", "job_00000000000000000000000000", DateTimeOffset.UnixEpoch, null, null);

        Assert.Equal(DeliverReply.Stale, await rig.DeliverText(order, "a"));
    }

    [Fact]
    public async Task The_same_work_can_be_done_without_a_socket()
    {
        var (_, rig) = await TestRig.Start(market, "g-six");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var job = await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "g-six"));
        var cancel = TestContext.Current.CancellationToken;

        using var leased = await rig.Http.PostAsync(AgentRoutes.Lease, null, cancel);
        var order = (await leased.Content.ReadFromJsonAsync<WorkOrderMessage>(cancel))!;
        using var delivered = await rig.Http.PostAsJsonAsync(
            AgentRoutes.Text, new TextDoneMessage(order.Attempt, "stop", 1, [new(1, "hi")], order.Work), cancel);
        var reply = await delivered.Content.ReadFromJsonAsync<ReplyResponse>(cancel);

        Assert.Equal(DeliverReply.Accepted, reply!.ToReply());
        await renter.UntilState($"/v1/jobs/{job.Text("id")}", "succeeded");
    }

    [Fact]
    public async Task A_drained_device_gets_nothing_new()
    {
        var (_, rig) = await TestRig.Start(market, "g-seven");
        await using var _ = rig;
        var renter = await market.NewRenter();
        await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "g-seven"));

        await market.Admin.Post($"/v1/admin/devices/{rig.Device}/drain", new { reason = "fan is loud" });

        Assert.Null(await rig.Lease());
    }

    [Fact]
    public async Task A_token_of_excessive_length_ends_the_attempt()
    {
        var (_, rig) = await TestRig.Start(market, "g-eight");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var job = await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "g-eight"));
        var order = await rig.LeaseSome();

        Assert.Equal(DeliverReply.Refused, await rig.SendTokens(order, 0, new string('x', 2_000)));
        Assert.Equal(DeliverReply.Stale, await rig.SendTokens(order, 0, "a"));
        var view = await renter.UntilState($"/v1/jobs/{job.Text("id")}", "failed");
        Assert.Equal("no-device-left", view.GetProperty("ending").Text("code"));
    }

    [Fact]
    public async Task Tokens_after_a_gap_are_answered_with_the_first_that_is_missing()
    {
        var (_, rig) = await TestRig.Start(market, "g-nine");
        await using var _ = rig;
        var renter = await market.NewRenter();
        var job = await renter.Post("/v1/jobs", Jobs.Order(await Jobs.Model(market), "g-nine"));
        var order = await rig.LeaseSome();
        var cancel = TestContext.Current.CancellationToken;

        Assert.Equal(new ReplyResponse("accepted"), await rig.StreamTokens(order, 0, "a"));
        Assert.Equal(new ReplyResponse("accepted", 1), await rig.StreamTokens(order, 2, "c"));
        using var sent = await rig.Http.PostAsJsonAsync(
            AgentRoutes.Tokens, new TokensMessage(order.Attempt, 2, [new(3, "c")], order.Work), cancel);
        Assert.Equal("""{"reply":"accepted","resendFrom":1}""", await sent.Content.ReadAsStringAsync(cancel));

        // An agent that cannot send again is not disturbed.
        Assert.Equal(DeliverReply.Accepted, await rig.SendTokens(order, 2, "c"));
        Assert.Equal(new ReplyResponse("accepted"), await rig.StreamTokens(order, 1, "b", "c"));
        await rig.DeliverText(order, "a", "b", "c");
        Assert.Equal("abc", (await renter.UntilState($"/v1/jobs/{job.Text("id")}", "succeeded")).Text("text"));
    }
}
