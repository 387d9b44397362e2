using Marketplace.Domain.Inference;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Abstractions.Batches;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Batches;

/// <summary>
/// Counts the holders of one content. All that holds or releases it comes through this one activation, so that bytes
/// are never deleted beside somebody who begins to need them.
/// </summary>
[GrainType("file-bytes")]
internal sealed class FileBytesGrain(
    [PersistentState("file-bytes")] IPersistentState<FileBytesState> bytes,
    [FromKeyedServices(FileView.BlobsKey)] IBlobStore blobs) : Grain, IFileBytesGrain
{
    private string Sha256 => this.GetPrimaryKeyString();

    public async Task<bool> Hold(string holder, CancellationToken cancel = default)
    {
        if (await blobs.Length(Sha256, cancel) is null)
        {
            return false;
        }

        if (!bytes.State.IsKept && !bytes.State.Holders.Contains(holder, StringComparer.Ordinal))
        {
            await this.Save(bytes, bytes.State.Holders.Count < BatchLimits.HoldersMax
                ? bytes.State with { Holders = [.. bytes.State.Holders, holder] }
                : new FileBytesState { IsKept = true });
        }

        return true;
    }

    public async Task Release(string holder, CancellationToken cancel = default)
    {
        if (bytes.State.IsKept)
        {
            return;
        }

        string[] left = [.. bytes.State.Holders.Where(one => one != holder)];

        if (left.Length == 0)
        {
            // Before the last holder is struck out: one that a crash leaves here releases them again.
            await blobs.Delete(Sha256, cancel);
        }

        if (left.Length < bytes.State.Holders.Count)
        {
            await this.Save(bytes, bytes.State with { Holders = left });
        }

        if (left.Length == 0)
        {
            DeactivateOnIdle();
        }
    }
}
