using Marketplace.Domain.Accounts;

namespace Marketplace.Api.Http;

/// <summary>Takes down who used an account; the host keeps it. It never delays or refuses a request.</summary>
public interface IAccessLog
{
    /// <param name="account">Whose key it was.</param>
    /// <param name="key">The key.</param>
    /// <param name="address">Where the request came from.</param>
    /// <param name="what">Method and route.</param>
    void Seen(AccountId account, ApiKeyId key, string address, string what);
}
