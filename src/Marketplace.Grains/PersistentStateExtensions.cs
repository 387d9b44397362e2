namespace Marketplace.Grains;

/// <summary>The one way in which grain state is written.</summary>
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
}
