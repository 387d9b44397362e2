using Marketplace.Compute.Rendering.Scenes;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Abstractions;
using Marketplace.Grains.Renders;
using Microsoft.Extensions.Options;

namespace Marketplace.Host.Renders;

/// <summary>
/// Reads uploaded files with the renderer's own reader, so that what is a scene here is one on a rig.
/// </summary>
internal sealed class UploadedSceneReader(IBlobStore blobs, IOptions<WebOptions> options) : ISceneReader, IDisposable
{
    private const int WaitingMax = 64;

    private readonly CpuQueue _queue = new(options.Value.Readers, WaitingMax);

    public Task<SceneReading> Read(SceneManifest manifest, CancellationToken cancel = default) =>
        _queue.Run(() => ReadFiles(manifest, cancel), cancel);

    public void Dispose() => _queue.Dispose();

    private static SceneReading Facts(SceneManifest manifest, Dictionary<string, ReadOnlyMemory<byte>> files)
    {
        try
        {
            var environment = manifest.Environment is { } path ? EnvironmentMap.Read(files[path].Span) : null;
            var options = new SceneOptions { Environment = environment, ChecksEveryClip = true };
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

    private async Task<SceneReading> ReadFiles(SceneManifest manifest, CancellationToken cancel)
    {
        var (files, why) = await SceneFiles.Read(blobs, manifest, SceneLimits.Default.BytesMax, cancel);

        return why is null ? Facts(manifest, files) : new SceneReading.Fault(why);
    }
}
