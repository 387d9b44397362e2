namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// A scene's files, parsed and with its pictures decoded: what all moments of a moving scene have in common. Each
/// moment builds anew only what moves, which is triangles, tree and lights; textures, materials and environment are
/// shared. Safe for use by several threads.
/// </summary>
public sealed class SceneSource
{
    private readonly Lock _gate = new();
    private readonly Func<SceneOptions, Scene> _build;
    private readonly SceneOptions _options;

    internal SceneSource(Func<SceneOptions, Scene> build, SceneOptions options)
    {
        _build = build;
        _options = options;
    }

    /// <summary>
    /// The scene at a moment of a clip: the same, bit for bit, as when its files are read for that moment alone.
    /// </summary>
    /// <param name="animation">See <see cref="SceneOptions.Animation"/>.</param>
    /// <param name="seconds">See <see cref="SceneOptions.AnimationSeconds"/>.</param>
    /// <param name="cancel">See <see cref="SceneOptions.Cancellation"/>, which ended with the opening.</param>
    /// <exception cref="SceneFormatException">
    /// There is no such clip or moment, or the files are corrupt where it needs them.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled; another moment can be had then.</exception>
    public Scene At(string? animation, float seconds, CancellationToken cancel)
    {
        lock (_gate)
        {
            return _build(_options with
            {
                Animation = animation,
                AnimationSeconds = seconds,
                Cancellation = cancel,
            });
        }
    }
}
