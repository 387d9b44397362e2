using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Accounts;

namespace Marketplace.Grains.Accounts;

/// <summary>
/// What the account has stored. Bytes are set aside before an upload begins, so that uploads side by side cannot exceed
/// the quota together; one that a crash cut off stays counted until it is repeated.
/// </summary>
internal sealed partial class AccountGrain
{
    public async Task<ReserveStorageOutcome> ReserveStorage(
        string sha256, long? bytes, long fileMax, long quota, CancellationToken cancel = default)
    {
        RequireOpen();

        if (await assets.Find(Id, sha256, cancel) is { } known)
        {
            return new ReserveStorageOutcome.Reserved(known, IsKnown: true);
        }

        var used = await assets.Used(Id, cancel);

        if (StorageQuota.Reserve(used, bytes, fileMax, quota) is not { } reserved)
        {
            return new ReserveStorageOutcome.QuotaExceeded(used);
        }

        await assets.Put(Id, sha256, reserved, cancel);
        return new ReserveStorageOutcome.Reserved(reserved, IsKnown: false);
    }

    public Task SettleStorage(string sha256, long? bytes, CancellationToken cancel = default) => bytes is { } stored
        ? assets.Put(Id, sha256, stored, cancel)
        : assets.Remove(Id, sha256, cancel);
}
