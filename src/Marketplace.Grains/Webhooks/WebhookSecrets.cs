using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Webhooks;
using Marketplace.Grains.Verification;
using Marketplace.Ledger.Webhooks;

namespace Marketplace.Grains.Webhooks;

/// <summary>
/// The secrets that webhooks are signed with. They follow from the marketplace's key for receipts, so that all its
/// processes have the same and no database holds them.
/// </summary>
internal sealed class WebhookSecrets(ReceiptSigner signer)
{
    private readonly byte[] _root = signer.Derive("webhook-secret");

    /// <summary>The key that they follow from.</summary>
    public string KeyId => signer.KeyId;

    /// <summary>
    /// A secret, 32 bytes. The time of making is part of it: one that is deleted and made again under the same key has
    /// another secret, though it has the same id.
    /// </summary>
    public byte[] Of(StoredWebhook webhook, int version) => HMACSHA256.HashData(
        _root,
        Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{webhook.Id}:{webhook.CreatedAt.UtcTicks}:{version}")));

    /// <summary>The header of a message: signed by the secret, and by the one before while that holds.</summary>
    public string Sign(StoredWebhook webhook, string id, DateTimeOffset at, byte[] body)
    {
        var signature = WebhookSignature.Sign(Of(webhook, webhook.SecretVersion), id, at, body);

        return at < webhook.OldSecretUntil
            ? $"{signature} {WebhookSignature.Sign(Of(webhook, webhook.SecretVersion - 1), id, at, body)}"
            : signature;
    }
}
