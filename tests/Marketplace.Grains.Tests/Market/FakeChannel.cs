using System.Collections.Concurrent;
using Marketplace.Grains.Webhooks;

namespace Marketplace.Grains.Tests.Market;

/// <summary>Receivers of webhooks, by their address: what they were sent, and what they answer.</summary>
internal sealed class FakeChannel : IWebhookChannel
{
    private readonly ConcurrentDictionary<string, Func<WebhookAnswer>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Message> _sent = new();

    /// <summary>What a receiver answers from now on; others answer 200.</summary>
    public void Answer(string url, Func<WebhookAnswer> answer) => _answers[url] = answer;

    public IReadOnlyList<Message> Sent(string url) => [.. _sent.Where(message => message.Url == url)];

    public Task<WebhookAnswer> Send(
        string owner, Uri url, IReadOnlyDictionary<string, string> headers, byte[] body, CancellationToken cancel)
    {
        _sent.Enqueue(new(url.ToString(), headers, body));
        return Task.FromResult(_answers.TryGetValue(url.ToString(), out var answer) ? answer() : new(200, null));
    }

    internal sealed record Message(string Url, IReadOnlyDictionary<string, string> Headers, byte[] Body);
}
