using Marketplace.Api.Http;

namespace Marketplace.Api.Accounts;

/// <summary>Opens an account and issues its first key.</summary>
/// <param name="Name" example="Studio North">Its name, 1 to 100 characters.</param>
/// <param name="Scopes">Scopes of the first key; renter and provider unless told.</param>
/// <param name="Live" example="true">
/// Whether the account is live (keys <c>mk_live_</c>) or for tests (<c>mk_test_</c>), for ever: a test account spends
/// what administrators grant it, takes no deposits and gets no payouts.
/// </param>
internal sealed record CreateAccountRequest(string Name, IReadOnlyList<string>? Scopes = null, bool Live = true)
{
    private const int NameLengthMax = 100;

    public CreateApiKeyRequest FirstKey() => new("first key", Scopes ?? ["renter", "provider"], Live);

    public Faults Check()
    {
        var faults = FirstKey().Check();
        faults.Length("name", Name, 1, NameLengthMax);
        return faults;
    }
}
