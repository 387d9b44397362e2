namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// Keeps the source of the scene that was asked for last, so that the frames of a moving scene do not parse its files
/// and decode its pictures again and again. Safe for use by several threads.
/// </summary>
public sealed class SceneSources
{
    private readonly Lock _gate = new();
    private (string Key, SceneSource Source)? _last;

    /// <summary>How often the files of moving scenes were opened.</summary>
    public int Opened { get; private set; }

    /// <summary>The source of this key: the one that is kept, or a new one.</summary>
    /// <param name="key">Stands for the files and for all options but clip and moment.</param>
    /// <param name="moves">A still scene is not kept: nobody asks for another moment of it.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<SceneSource> Get(
        string key, bool moves, Func<CancellationToken, Task<SceneSource>> open, CancellationToken cancel)
    {
        if (!moves)
        {
            return await open(cancel);
        }

        lock (_gate)
        {
            if (_last is { } last && last.Key == key)
            {
                return last.Source;
            }
        }

        var source = await open(cancel);

        lock (_gate)
        {
            Opened++;
            _last = (key, source);
        }

        return source;
    }
}
