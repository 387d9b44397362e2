using Marketplace.Domain.Accounts;
using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions.Accounts;
using Marketplace.Grains.Abstractions.Batches;
using Marketplace.Grains.Ledger;
using Marketplace.Ledger;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Batches;

/// <summary>A file of the OpenAI files API. Each counts for itself in its account's storage.</summary>
[GrainType("file")]
internal sealed class FileGrain(
    [PersistentState("file")] IPersistentState<FileState> file,
    IRegister register,
    IOptions<BatchOptions> options,
    TimeProvider clock) : Grain, IFileGrain
{
    /// <summary>Deleted files belong to nobody, so that no list shows them.</summary>
    private const string Nobody = "";

    private FileId Id => FileId.Parse(this.GetPrimaryKeyString());

    private DateTimeOffset Again => clock.GetUtcNow() + options.Value.Sweep;

    private FileView? Shown => file.State.IsDeleted ? null : file.State.File;

    public async Task<FileView?> Open(
        AccountId account, string name, string purpose, string sha256, long bytes, CancellationToken cancel = default)
    {
        if (file.State.File is null)
        {
            // Before there is a file: no record ever names bytes that another's end may delete.
            if (!await Bytes(sha256).Hold(Id.Value, cancel))
            {
                return null;
            }

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
            // Whatever is cut off from here on, somebody looks at it again.
            await register.Put([Row(known, known.Account.Value, Again)], cancel);
            await this.Save(file, file.State with { IsDeleted = true });
        }

        await End(known, cancel);
    }

    public Task Tidy(CancellationToken cancel = default) => file.State switch
    {
        { File: { } known, IsDeleted: true } => End(known, cancel),
        { File: { } known } => register.Put([Row(known, known.Account.Value)], cancel),
        _ => Task.CompletedTask,
    };

    /// <summary>What follows when a file is deleted; each part may be done twice.</summary>
    private async Task End(FileView known, CancellationToken cancel)
    {
        await register.Put([Row(known, Nobody, Again)], cancel);
        await Bytes(known.Sha256).Release(Id.Value, cancel);
        await Storage(known.Account).SettleStorage(FileView.StorageKey(Id), null, cancel);
        await register.Put([Row(known, Nobody)], cancel);
    }

    private IFileBytesGrain Bytes(string sha256) => GrainFactory.GetGrain<IFileBytesGrain>(sha256);

    private IAccountGrain Storage(AccountId account) => GrainFactory.GetGrain<IAccountGrain>(account.Value);

    private RegisterRow Row(FileView view, string owner, DateTimeOffset? due = null) => new(
        RegisterKinds.File,
        Id.Value,
        owner,
        view.Purpose,
        ListDetail.Write(new ListDetail.File(view.Name, view.Sha256, view.Bytes, view.CreatedAt)),
        due);
}
