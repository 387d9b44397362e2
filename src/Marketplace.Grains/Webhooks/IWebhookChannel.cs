namespace Marketplace.Grains.Webhooks;

/// <summary>The way out to receivers.</summary>
internal interface IWebhookChannel
{
    /// <summary>Sends once. A receiver's fault is an answer, never an exception.</summary>
    Task<WebhookAnswer> Send(
        Uri url, IReadOnlyDictionary<string, string> headers, byte[] body, CancellationToken cancel);
}
