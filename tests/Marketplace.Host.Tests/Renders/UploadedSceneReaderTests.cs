using Marketplace.Compute.Rendering.Scenes.Procedural;
using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Renders;
using Marketplace.Host.Renders;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Marketplace.Host.Tests.Renders;

public sealed class UploadedSceneReaderTests : IDisposable
{
    private static readonly AccountId Alice = AccountId.From(PrefixedId.Derive("account", "alice"));
    private static readonly AccountId Bob = AccountId.From(PrefixedId.Derive("account", "bob"));

    private readonly FakeTimeProvider _clock = new();
    private readonly SceneManifest _scene;
    private readonly GatedBlobs _blobs;
    private readonly UploadedSceneReader _reader;

    public UploadedSceneReaderTests()
    {
        var files = new FakeBlobs();
        var glb = CalibrationScene.ToGlb();
        _scene = new("scene.glb", [new("scene.glb", files.Add(glb), glb.Length)], null);
        _blobs = new(files);
        _reader = new(_blobs, Options.Create(new WebOptions()), _clock);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _reader.Dispose();

    [Fact]
    public async Task One_account_has_few_scenes_under_way_and_keeps_nobody_else_from_theirs()
    {
        Task<SceneReading>[] first =
        [
            .. Enumerable.Range(0, UploadedSceneReader.PerAccountMax).Select(_ => _reader.Read(Alice, _scene, Cancel)),
        ];
        await Assert.ThrowsAsync<TimeoutException>(() => _reader.Read(Alice, _scene, Cancel));
        var others = _reader.Read(Bob, _scene, Cancel);
        _blobs.Open();

        Assert.All(await Task.WhenAll([.. first, others]), reading => Assert.IsType<SceneReading.Facts>(reading));
        Assert.IsType<SceneReading.Facts>(await _reader.Read(Alice, _scene, Cancel));
    }

    [Fact]
    public async Task A_scene_that_takes_too_long_is_none()
    {
        var reading = _reader.Read(Alice, _scene, Cancel);
        await _blobs.Entered.WaitAsync(Cancel);
        _clock.Advance(AuditScene.TimeMax);

        Assert.Contains(
            "within 120 seconds", Assert.IsType<SceneReading.Fault>(await reading).Why, StringComparison.Ordinal);
    }
}
