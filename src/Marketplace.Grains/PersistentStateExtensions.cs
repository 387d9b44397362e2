using Orleans.Storage;

namespace Marketplace.Grains;

/// <summary>The ways in which grain state is written.</summary>
internal static class PersistentStateExtensions
{
    /// <summary>
    /// Assigns and writes. After a failed write memory and store may differ, so the activation ends and the next call
    /// reads what is stored.
    /// </summary>
    public static async Task Save<TState>(this IGrainBase grain, IPersistentState<TState> stored, TState next)
    {
        stored.State = next;

        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            grain.DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>
    /// Assigns and writes, for an activation that knows more than is stored. After a failed write memory is as it was
    /// before; should the write have come through all the same, or another activation have written, the next write is
    /// refused, and that ends the activation.
    /// </summary>
    public static async Task SaveOrKeep<TState>(this IGrainBase grain, IPersistentState<TState> stored, TState next)
    {
        var before = stored.State;
        stored.State = next;

        try
        {
            await stored.WriteStateAsync();
        }
        catch (InconsistentStateException)
        {
            grain.DeactivateOnIdle();
            throw;
        }
        catch
        {
            stored.State = before;
            throw;
        }
    }
}
