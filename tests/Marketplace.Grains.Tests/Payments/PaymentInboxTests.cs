using System.Text;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Ledger;
using Marketplace.Ledger.Payments;
using Marketplace.StripeSim;
using static Marketplace.Grains.Tests.Payments.CardScene;

namespace Marketplace.Grains.Tests.Payments;

public sealed class PaymentInboxTests
{
    [Fact]
    public async Task A_replayed_event_is_stored_once_and_a_forged_one_never()
    {
        await using var scene = await Open();
        var opened = await scene.Opened(Wish());
        scene.Stripe.World.Pay(opened.Session!);
        var told = scene.Stripe.World.Events.Single(one => one.Type == "payment_intent.succeeded");

        Assert.Equal(InboxOutcome.Forged, await scene.Take(told, new() { Secrets = ["whsec_other"] }));
        Assert.Equal(InboxOutcome.Forged, await scene.Take(told, new() { Secrets = [Secret], IsTampered = true }));
        Assert.Equal(
            InboxOutcome.Forged, await scene.Take(told, new() { Secrets = [Secret], Age = TimeSpan.FromSeconds(301) }));
        Assert.Equal(0, await scene.Work());
        Assert.Equal(InboxOutcome.Stored, await scene.Take(told, new() { Secrets = ["whsec_old", NextSecret] }));
        Assert.Equal(InboxOutcome.Repeated, await scene.Take(told));
        Assert.Equal(1, await scene.Work());
        Assert.Equal(0, await scene.Work());
        Assert.Equal(25_000_000, await scene.Available());
    }

    [Fact]
    public async Task An_event_of_another_version_is_taken_and_its_object_read_again()
    {
        await using var scene = await Open();
        var opened = await scene.Opened(Wish());
        scene.Stripe.World.Pay(opened.Session!);
        var told = scene.Stripe.World.Events.Single(one => one.Type == "payment_intent.succeeded");

        await scene.Take(told, new() { Secrets = [Secret], ApiVersion = "2019-02-11" });
        await scene.Work();

        Assert.Equal(25_000_000, await scene.Available());
        Assert.Contains("2019-02-11", (await scene.Events.Find(told.Id, Cancel))!.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_that_nobody_can_act_on_is_parked_with_its_reason_and_can_be_tried_again()
    {
        await using var scene = await Open();
        var opened = await scene.Opened(Wish());
        var intent = scene.Stripe.World.Pay(opened.Session!);
        scene.Stripe.World.Set(intent, "metadata", new System.Text.Json.Nodes.JsonObject());
        var told = scene.Stripe.World.Events.Single(one => one.Type == "payment_intent.succeeded");

        await scene.Take(told);
        await scene.Work();
        var parked = await scene.Events.Find(told.Id, Cancel);
        var listed = Assert.Single(await scene.Register.List(RegisterKinds.ParkedEvent, null, null, null, 10, Cancel));
        scene.Stripe.World.Set(
            intent, "metadata", new System.Text.Json.Nodes.JsonObject { ["topup"] = Id().Value });
        Assert.True(await scene.Inbox.Retry(told.Id, Cancel));
        await scene.Work();

        Assert.Equal((ProcessorEvents.Parked, $"{intent} names no top-up"), (parked!.State, parked.Note));
        Assert.Equal((told.Id, "parked"), (listed.Id, listed.State));
        Assert.Equal(ProcessorEvents.Done, (await scene.Events.Find(told.Id, Cancel))!.State);
        Assert.Equal(25_000_000, await scene.Available());
        Assert.False(await scene.Inbox.Retry("evt_none", Cancel));
    }

    [Fact]
    public async Task While_Stripe_does_not_answer_events_wait()
    {
        await using var scene = await Open();
        var opened = await scene.Opened(Wish());
        scene.Stripe.World.Pay(opened.Session!);
        var told = scene.Stripe.World.Events.Single(one => one.Type == "payment_intent.succeeded");
        await scene.Take(told);

        scene.Stripe.Fail(SimFault.LostAnswer, "GET", "/v1/payment_intents");
        await scene.Work();
        Assert.Equal(0, await scene.Work());
        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        await scene.Work();

        Assert.Equal(25_000_000, await scene.Available());
    }

    [Fact]
    public async Task A_signed_body_that_is_no_event_is_kept_for_a_person()
    {
        await using var scene = await Open();
        var body = "[]";
        var header = WebhookSigner.Header(body, scene.Clock.GetUtcNow(), Secret);

        Assert.Equal(InboxOutcome.Stored, await scene.Inbox.Take(Encoding.UTF8.GetBytes(body), header, Cancel));
        Assert.Equal(InboxOutcome.Repeated, await scene.Inbox.Take(Encoding.UTF8.GetBytes(body), header, Cancel));
        Assert.Single(await scene.Register.List(RegisterKinds.ParkedEvent, null, "parked", null, 10, Cancel));
    }
}
