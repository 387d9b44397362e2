using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;

namespace Marketplace.Grains.Batches;

/// <summary>A file of the OpenAI files API. Each counts for itself in its account's storage.</summary>
[GrainType("file")]
internal sealed class FileGrain(
    [PersistentState("file")] IPersistentState<FileState> file, IRegister register, TimeProvider clock)
    : Grain, IFileGrain
{
    /// <summary>Deleted files belong to nobody, so that no list shows them.</summary>
    private const string Nobody = "";

    private FileId Id => FileId.Parse(this.GetPrimaryKeyString());

    private FileView? Shown => file.State.IsDeleted ? null : file.State.File;

    public async Task<FileView?> Open(
        AccountId account, string name, string purpose, string sha256, long bytes, CancellationToken cancel = default)
    {
        if (file.State.File is null)
        {
            var view = new FileView(Id, account, name, purpose, sha256, bytes, clock.GetUtcNow());
            await this.Save(file, new FileState { File = view });
        }

        if (Shown is { } shown)
        {
            if (shown.Account != account)
            {
                throw new InvalidOperationException($"{Id} belongs to another account.");
            }

            await Storage(account).SettleStorage(FileView.StorageKey(Id), shown.Bytes, cancel);
            await register.Put([Row(shown, shown.Account.Value)], cancel);
        }

        return Shown;
    }

    public Task<FileView?> Describe(CancellationToken cancel = default)
    {
        if (file.State.File is null)
        {
            // A guessed id leaves nothing behind in memory.
            DeactivateOnIdle();
        }

        return Task.FromResult(Shown);
    }

    public async Task Delete(CancellationToken cancel = default)
    {
        if (file.State.File is not { } known)
        {
            return;
        }

        if (!file.State.IsDeleted)
        {
            await this.Save(file, file.State with { IsDeleted = true });
        }

        await register.Put([Row(known, Nobody)], cancel);
        await Storage(known.Account).SettleStorage(FileView.StorageKey(Id), null, cancel);
    }

    private IAccountGrain Storage(AccountId account) => GrainFactory.GetGrain<IAccountGrain>(account.Value);

    private RegisterRow Row(FileView view, string owner) => new(
        RegisterKinds.File,
        Id.Value,
        owner,
        view.Purpose,
        ListDetail.Write(new ListDetail.File(view.Name, view.Sha256, view.Bytes, view.CreatedAt)),
        null);
}
