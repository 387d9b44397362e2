using System.Globalization;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Webhooks;
using Marketplace.Grains.Abstractions.Webhooks;
using Marketplace.Grains.Tests.Market;
using Marketplace.Grains.Webhooks;

namespace Marketplace.Grains.Tests.Webhooks;

/// <summary>An account with one webhook, whose receiver is a fake.</summary>
internal sealed class WebhookScene
{
    private readonly MarketCluster _cluster;

    private WebhookScene(MarketCluster cluster, Scene scene, string url)
    {
        (_cluster, Scene, Url) = (cluster, scene, url);
    }

    public Scene Scene { get; }

    public string Url { get; }

    public WebhookId Id { get; private set; }

    public string Secret { get; private set; } = string.Empty;

    public IWebhookDeskGrain Desk => _cluster.Grains.GetGrain<IWebhookDeskGrain>(Scene.Customer.Value);

    public IReadOnlyList<FakeChannel.Message> Sent => _cluster.Channel.Sent(Url);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static Task<WebhookScene> Open(MarketCluster cluster, params string[] events) => Open(cluster, 1, events);

    public static async Task<WebhookScene> Open(MarketCluster cluster, int devices, params string[] events)
    {
        var scene = await Scene.Open(cluster, devices, micros: 100_000_000);
        var webhooks = new WebhookScene(cluster, scene, $"https://{Guid.NewGuid():n}.example.com/");
        var made = Assert.IsType<WebhookOutcome.Stands>(await webhooks.Desk.Create(webhooks.Wanted(events), Cancel));
        (webhooks.Id, webhooks.Secret) = (made.Webhook.Id, made.Secret!);
        return webhooks;
    }

    public NewWebhook Wanted(params string[] events) =>
        new(WebhookId.From(Guid.NewGuid()), Url, "test", events, null);

    public void Answers(int? code) =>
        _cluster.Channel.Answer(Url, () => new(code, code is >= 200 and < 300 ? null : $"answered {code}"));

    /// <summary>Nothing can be sent, for a reason of the host's own.</summary>
    public void IsNotTried() => _cluster.Channel.Answer(Url, () => new(null, "busy") { IsUntried = true });

    /// <summary>Sends what is due now.</summary>
    public Task Work() => _cluster.Grains.GetGrain<IWebhookSenderGrain>(Id.Value).Work(Cancel);

    public async Task<IReadOnlyList<DeliveryView>> Deliveries() => (await Desk.Deliveries(Id, null, 100, Cancel))!.Data;

    public async Task<WebhookView> View() => (await Desk.Find(Id, Cancel))!;

    /// <summary>What waits is due now.</summary>
    public Task MakeDue() => _cluster.Sql(
        $"UPDATE webhook_delivery SET due_us = {Micros(_cluster.Clock.GetUtcNow())} WHERE webhook = '{Id}'");

    /// <summary>Nothing has reached it for this long.</summary>
    public Task Fail(TimeSpan since) => _cluster.Sql(
        $"UPDATE webhook SET failing_since_us = {Micros(_cluster.Clock.GetUtcNow() - since)} WHERE id = '{Id}'");

    /// <summary>The secret before holds no longer than until now.</summary>
    public Task EndOverlap() => _cluster.Sql(
        $"UPDATE webhook SET old_secret_until_us = {Micros(_cluster.Clock.GetUtcNow())} WHERE id = '{Id}'");

    /// <summary>A job that is made and paid.</summary>
    public async Task<JobId> Job()
    {
        var job = await Scene.Submit();
        var work = await Scene.Pull();
        await Scene.Job(job).Complete(work.Attempt, new("length", 3, Scene.Tokens(0, 4)), Cancel);
        return job;
    }

    /// <summary>What is wrong with a message, in its receiver's eyes at the time of the cluster.</summary>
    public string? WhyNot(FakeChannel.Message message, string? secret = null) => WebhookSignature.WhyNot(
        secret ?? Secret,
        message.Headers[WebhookSignature.IdHeader],
        message.Headers[WebhookSignature.TimestampHeader],
        message.Headers[WebhookSignature.SignatureHeader],
        message.Body,
        _cluster.Clock.GetUtcNow());

    private static string Micros(DateTimeOffset time) =>
        ((time - DateTimeOffset.UnixEpoch).Ticks / 10).ToString(CultureInfo.InvariantCulture);
}
