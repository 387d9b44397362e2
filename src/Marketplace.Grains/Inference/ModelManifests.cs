using Marketplace.Domain.Verification;
using Marketplace.Grains.Verification;
using Marketplace.Ledger.Verification;

namespace Marketplace.Grains.Inference;

/// <summary>The signed manifest of models; kept until there is a newer version.</summary>
internal sealed class ModelManifests(ModelEntryRows entries, ReceiptSigner signer)
{
    private Kept? _kept;

    public async Task<string> File(CancellationToken cancel = default)
    {
        if (Volatile.Read(ref _kept) is { } kept && kept.Version == await entries.Version(cancel))
        {
            return kept.File;
        }

        var manifest = await entries.Manifest(cancel);
        var file = ModelManifestFile.Write(manifest, signer.Sign);
        Volatile.Write(ref _kept, new(manifest.Version, file));
        return file;
    }

    public Task<string?> NameOf(string modelId, CancellationToken cancel = default) => entries.NameOf(modelId, cancel);

    private sealed record Kept(long Version, string File);
}
