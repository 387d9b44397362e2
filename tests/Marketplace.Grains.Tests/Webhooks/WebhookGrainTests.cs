using System.Text.Json;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Webhooks;
using Marketplace.Grains.Abstractions.Webhooks;
using Marketplace.Grains.Tests.Market;
using Marketplace.Grains.Webhooks;

namespace Marketplace.Grains.Tests.Webhooks;

/// <summary>How accounts are told, however their receivers behave.</summary>
[Collection(MarketCollection.Name)]
public sealed class WebhookGrainTests(MarketCluster cluster)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_that_ends_is_told_once_and_signed_by_the_secret_that_was_shown()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        var job = await scene.Job();
        await scene.Work();
        await scene.Work();

        var message = Assert.Single(scene.Sent);
        Assert.Null(scene.WhyNot(message));
        var told = JsonDocument.Parse(message.Body).RootElement;
        Assert.Equal(message.Headers[WebhookSignature.IdHeader], told.GetProperty("id").GetString());
        Assert.Equal(EventTypes.JobSucceeded, told.GetProperty("type").GetString());
        Assert.Equal(
            $$"""{"id":"{{job}}","state":"succeeded","link":"/v1/jobs/{{job}}"}""", told.GetProperty("data").GetRawText());
        var delivery = Assert.Single(await scene.Deliveries());
        Assert.Equal(("delivered", 1, 200), (delivery.State, delivery.Attempts, delivery.ResponseCode));
        Assert.Null(delivery.NextAt);
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_by_the_schedule_under_one_id_and_then_given_up()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        scene.Answers(503);
        await scene.Job();

        for (var tries = 1; tries < RetrySchedule.TriesMax; tries++)
        {
            await scene.Work();
            var waiting = Assert.Single(await scene.Deliveries());
            Assert.Equal(("waiting", tries, 503), (waiting.State, waiting.Attempts, waiting.ResponseCode));
            var pause = waiting.NextAt!.Value - cluster.Clock.GetUtcNow();
            var wanted = RetrySchedule.After(tries, $"{scene.Id}:{waiting.Event}")!.Value;
            Assert.InRange(pause - wanted, -Moment, Moment);

            if (pause < TimeSpan.FromHours(1))
            {
                cluster.Clock.Advance(pause - Moment);
                await scene.Work();
                Assert.Equal(tries, scene.Sent.Count);
                cluster.Clock.Advance(Moment);
            }
            else
            {
                await scene.MakeDue();
            }
        }

        await scene.Work();
        var over = Assert.Single(await scene.Deliveries());
        Assert.Equal(("failed", RetrySchedule.TriesMax), (over.State, over.Attempts));
        Assert.Single(scene.Sent.Select(message => message.Headers[WebhookSignature.IdHeader]).Distinct(
            StringComparer.Ordinal));
        Assert.All(scene.Sent.TakeLast(1), message => Assert.Null(scene.WhyNot(message)));
        Assert.Equal(WebhookView.Enabled, (await scene.View()).State);
    }

    [Fact]
    public async Task A_webhook_that_nothing_reaches_for_days_is_disabled_and_sends_what_waited_when_it_is_turned_on()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        scene.Answers(null);
        await scene.Job();
        await scene.Work();
        Assert.NotNull((await scene.View()).FailingSince);
        await scene.Fail(new WebhookOptions().DisableAfter - TimeSpan.FromMinutes(1));
        await scene.MakeDue();
        await scene.Work();
        Assert.Equal(WebhookView.Enabled, (await scene.View()).State);
        await scene.Fail(new WebhookOptions().DisableAfter);
        var second = await scene.Job();
        await scene.Work();

        var off = await scene.View();
        Assert.Equal("disabled", off.State);
        Assert.StartsWith("nothing has reached it since 20", off.Reason, StringComparison.Ordinal);
        var sent = scene.Sent.Count;
        await scene.Job();
        cluster.Clock.Advance(TimeSpan.FromMinutes(10));
        await scene.Work();
        Assert.Equal(sent, scene.Sent.Count);

        scene.Answers(204);
        var on = Assert.IsType<WebhookOutcome.Stands>(
            await scene.Desk.Change(scene.Id, new(null, null, null, null, Enabled: true), Cancel));
        Assert.Equal((WebhookView.Enabled, null, null), (on.Webhook.State, on.Webhook.Reason, on.Webhook.FailingSince));
        await scene.Work();
        var deliveries = await scene.Deliveries();
        Assert.Equal(2, deliveries.Count);
        Assert.All(deliveries, one => Assert.Equal("delivered", one.State));
        Assert.Contains(second.Value, deliveries[0].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_could_not_be_tried_counts_as_no_try_and_is_due_a_bit_later()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        scene.IsNotTried();
        await scene.Job();
        await scene.Work();

        var waiting = Assert.Single(await scene.Deliveries());
        Assert.Equal(("waiting", 0, null), (waiting.State, waiting.Attempts, waiting.Trouble));
        Assert.Equal(cluster.Clock.GetUtcNow() + TimeSpan.FromSeconds(5), waiting.NextAt!.Value, Moment);
        Assert.Null((await scene.View()).FailingSince);

        scene.Answers(200);
        cluster.Clock.Advance(TimeSpan.FromSeconds(5));
        await scene.Work();
        Assert.Equal(("delivered", 1), (await scene.Deliveries()) is [var one] ? (one.State, one.Attempts) : default);
    }

    [Fact]
    public async Task One_that_is_made_again_under_its_old_id_has_another_secret()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        Assert.True(await scene.Desk.Delete(scene.Id, Cancel));
        cluster.Clock.Advance(Moment);
        var made = Assert.IsType<WebhookOutcome.Stands>(await scene.Desk.Create(
            scene.Wanted(EventTypes.JobSucceeded) with { Id = scene.Id }, Cancel));

        Assert.Equal(scene.Id, made.Webhook.Id);
        Assert.NotEqual(scene.Secret, made.Secret!, StringComparer.Ordinal);
        await scene.Job();
        await scene.Work();
        Assert.Null(scene.WhyNot(Assert.Single(scene.Sent), made.Secret));
    }

    [Fact]
    public async Task One_that_is_gone_is_disabled_at_once()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        scene.Answers(410);
        await scene.Job();
        await scene.Work();

        var view = await scene.View();
        Assert.Equal(("disabled", "it answered 410 Gone"), (view.State, view.Reason));
    }

    [Fact]
    public async Task A_delivery_is_sent_again_under_its_old_id_and_a_test_says_what_it_is()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        await scene.Job();
        await scene.Work();
        var first = Assert.Single(scene.Sent);
        var told = EventId.Parse(first.Headers[WebhookSignature.IdHeader]);

        Assert.NotNull(await scene.Desk.Redeliver(scene.Id, told, Cancel));
        await Eventually.Holds(() => scene.Sent.Count == 2);
        Assert.True(first.Body.AsSpan().SequenceEqual(scene.Sent[1].Body));
        Assert.Equal(told.Value, scene.Sent[1].Headers[WebhookSignature.IdHeader]);
        Assert.Null(await scene.Desk.Redeliver(scene.Id, EventId.From(Guid.NewGuid()), Cancel));

        var test = EventId.From(Guid.NewGuid());
        await scene.Desk.Test(scene.Id, test, Cancel);
        await scene.Desk.Test(scene.Id, test, Cancel);
        await Eventually.Holds(() => scene.Sent.Count == 3);
        Assert.Contains("webhook.test", System.Text.Encoding.UTF8.GetString(scene.Sent[2].Body), StringComparison.Ordinal);
        Assert.Null(scene.WhyNot(scene.Sent[2]));
    }

    [Fact]
    public async Task While_a_secret_is_changed_over_messages_are_signed_by_both()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobSucceeded);
        var rotated = Assert.IsType<WebhookOutcome.Stands>(await scene.Desk.Rotate(scene.Id, Cancel));
        Assert.NotEqual(scene.Secret, rotated.Secret, StringComparer.Ordinal);
        await scene.Job();
        await scene.Work();
        Assert.Null(scene.WhyNot(scene.Sent[0]));
        Assert.Null(scene.WhyNot(scene.Sent[0], rotated.Secret));
        var again = Assert.IsType<WebhookOutcome.Rotating>(await scene.Desk.Rotate(scene.Id, Cancel));
        Assert.Equal(rotated.Webhook.OldSecretUntil, again.Until);

        Assert.Equal(
            cluster.Clock.GetUtcNow() + new WebhookOptions().SecretOverlap, rotated.Webhook.OldSecretUntil!.Value, Moment);
        await scene.EndOverlap();
        await scene.Job();
        await scene.Work();
        Assert.NotNull(scene.WhyNot(scene.Sent[1]));
        Assert.Null(scene.WhyNot(scene.Sent[1], rotated.Secret));
        Assert.IsType<WebhookOutcome.Stands>(await scene.Desk.Rotate(scene.Id, Cancel));
    }

    [Fact]
    public async Task A_wish_is_refused_for_what_is_wrong_with_it_and_others_see_nothing()
    {
        var scene = await WebhookScene.Open(cluster, EventTypes.JobFailed);
        var wanted = scene.Wanted(EventTypes.JobFailed);

        Assert.IsType<WebhookOutcome.BadUrl>(await scene.Desk.Create(wanted with { Url = "https://10.0.0.1/" }, Cancel));
        Assert.IsType<WebhookOutcome.BadUrl>(await scene.Desk.Create(wanted with { Url = "http://example.com/" }, Cancel));
        Assert.IsType<WebhookOutcome.NoProvider>(
            await scene.Desk.Create(wanted with { Events = [EventTypes.PayoutPosted] }, Cancel));
        Assert.Null(Assert.IsType<WebhookOutcome.Stands>(
            await scene.Desk.Create(wanted with { Id = scene.Id }, Cancel)).Secret);
        Assert.IsType<WebhookOutcome.KeyTaken>(
            await scene.Desk.Create(wanted with { Id = scene.Id, Url = "https://other.example.com/" }, Cancel));

        for (var more = 1; more < new WebhookOptions().PerAccountMax; more++)
        {
            Assert.IsType<WebhookOutcome.Stands>(
                await scene.Desk.Create(wanted with { Id = WebhookId.From(Guid.NewGuid()) }, Cancel));
        }

        Assert.IsType<WebhookOutcome.TooMany>(await scene.Desk.Create(wanted, Cancel));

        var other = cluster.Grains.GetGrain<IWebhookDeskGrain>(AccountId.From(Guid.NewGuid()).Value);
        Assert.Null(await other.Find(scene.Id, Cancel));
        Assert.Null(await other.Change(scene.Id, new("https://evil.example.com/", null, null, null, null), Cancel));
        Assert.Null(await other.Rotate(scene.Id, Cancel));
        Assert.Null(await other.Deliveries(scene.Id, null, 10, Cancel));
        Assert.Null(await other.Test(scene.Id, EventId.From(Guid.NewGuid()), Cancel));
        Assert.False(await other.Delete(scene.Id, Cancel));
        Assert.IsType<WebhookOutcome.KeyTaken>(await other.Create(wanted with { Id = scene.Id }, Cancel));
        Assert.True(await scene.Desk.Delete(scene.Id, Cancel));
        Assert.Null(await scene.Desk.Find(scene.Id, Cancel));
    }
}
