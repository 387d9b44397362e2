using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Renders;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Renders;

/// <summary>
/// Reads uploaded files with the renderer's own reader, so that what is a scene here is one on a rig. A bounded number
/// waits, of one account only a few, and none is read for long.
/// </summary>
internal sealed class UploadedSceneReader(IBlobStore blobs, IOptions<WebOptions> options, TimeProvider clock)
    : ISceneReader, IDisposable
{
    /// <summary>Scenes of one account that are read or wait.</summary>
    internal const int PerAccountMax = 4;

    private const int WaitingMax = 64;

    private readonly CpuQueue _queue = new(options.Value.Readers, WaitingMax);
    private readonly PerAccount _accounts = new(PerAccountMax);

    public async Task<SceneReading> Read(
        AccountId account, SceneManifest manifest, CancellationToken cancel = default)
    {
        if (!_accounts.Enter(account))
        {
            throw new TimeoutException($"{PerAccountMax} scenes of this account are being read already.");
        }

        try
        {
            return await _queue.Run(() => ReadWithin(manifest, cancel), cancel);
        }
        finally
        {
            _accounts.Leave(account);
        }
    }

    public void Dispose() => _queue.Dispose();

    private static SceneReading Facts(
        SceneManifest manifest, Dictionary<string, ReadOnlyMemory<byte>> files, CancellationToken cancel)
    {
        try
        {
            var environment = manifest.Environment is { } path ? EnvironmentMap.Read(files[path].Span) : null;
            var options = new SceneOptions { Environment = environment, ChecksEveryClip = true, Cancellation = cancel };
            var facts = SceneReader.Read(manifest.Root, files, options).Facts;

            return new SceneReading.Facts(
                facts.Triangles,
                facts.Textures,
                facts.MemoryBytes,
                facts.Cameras,
                [.. facts.UnsupportedExtensions, .. facts.IgnoredAttributes],
                [.. facts.Animations.Select(clip => new SceneAnimation(clip.Name, clip.Length.TotalSeconds))]);
        }
        catch (SceneFormatException fault)
        {
            return new SceneReading.Fault(fault.Message);
        }
    }

    private async Task<SceneReading> ReadWithin(SceneManifest manifest, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(AuditScene.TimeMax, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);

        try
        {
            return await ReadFiles(manifest, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new SceneReading.Fault($"it was not read within {AuditScene.TimeMax.TotalSeconds:0} seconds");
        }
    }

    private async Task<SceneReading> ReadFiles(SceneManifest manifest, CancellationToken cancel)
    {
        var (files, why) = await SceneFiles.Read(blobs, manifest, SceneLimits.Default.BytesMax, cancel);

        return why is null ? Facts(manifest, files, cancel) : new SceneReading.Fault(why);
    }
}
