namespace Marketplace.Grains.Webhooks;

/// <summary>The way out to receivers.</summary>
internal interface IWebhookChannel
{
    /// <summary>Sends once. A receiver's fault is an answer, never an exception.</summary>
    /// <param name="owner">The account whose webhook it is.</param>
    /// <param name="url">Where to.</param>
    /// <param name="headers">Besides those of every message.</param>
    /// <param name="body">JSON.</param>
    /// <param name="cancel">Ends the wait; whether it was sent is unknown then.</param>
    Task<WebhookAnswer> Send(
        string owner, Uri url, IReadOnlyDictionary<string, string> headers, byte[] body, CancellationToken cancel);
}
