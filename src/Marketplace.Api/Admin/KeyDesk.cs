using Marketplace.Api.Http;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Api.Admin;

/// <summary>Revokes a key everywhere at once: in its account, in this host's memory, and in the audit log.</summary>
internal sealed class KeyDesk(Desk desk, SignInCache<Caller?> cache)
{
    /// <summary>False when the account has no such key.</summary>
    public async Task<bool> Revoke(string accountId, string keyId, AdminAct act)
    {
        if (!Ids.Read<AccountId>(accountId, out var account)
            || !Ids.Read<ApiKeyId>(keyId, out var key)
            || !await desk.Grains.GetGrain<IAccountGrain>(account.Value).RevokeKey(key))
        {
            return false;
        }

        cache.Forget(caller => caller?.Key == key);
        await desk.Grains.GetGrain<IStatementGrain>(0).Record(act, "key.revoke", key.Value);
        return true;
    }
}
