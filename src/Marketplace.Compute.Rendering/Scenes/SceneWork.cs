namespace Marketplace.Compute.Rendering.Scenes;

/// <summary>
/// The work of reading a scene, counted in elements such as vertices, so that it ends soon after its cancellation and
/// does not ask for it at each of them. For one thread.
/// </summary>
/// <param name="cancel">Ends it.</param>
/// <param name="looked">Called at each look at the cancellation, just before it.</param>
internal sealed class SceneWork(CancellationToken cancel, Action? looked = null)
{
    /// <summary>Elements between two looks, unless one step takes more.</summary>
    public const int StepsMax = 4_096;

    private int _left = StepsMax;

    /// <summary>Work that nobody ends.</summary>
    public static SceneWork Endless => new(CancellationToken.None);

    /// <summary>So many elements are worked on next.</summary>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Step(int elements = 1)
    {
        _left -= elements;

        if (_left <= 0)
        {
            Look();
        }
    }

    /// <summary>Looks at the cancellation, however little was done.</summary>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public void Look()
    {
        _left = StepsMax;
        looked?.Invoke();
        cancel.ThrowIfCancellationRequested();
    }

    /// <summary>The elements, each a step.</summary>
    public IEnumerable<T> Count<T>(IEnumerable<T> elements)
    {
        foreach (var element in elements)
        {
            Step();

            yield return element;
        }
    }
}
