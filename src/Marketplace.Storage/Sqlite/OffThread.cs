namespace Marketplace.Storage.Sqlite;

/// <summary>
/// Where work runs that waits for the disk. A grain has one thread at a time, which it must leave. Whoever is on a
/// thread of the pool stays there: that one may wait as well as another, which would have to be woken first, and woken
/// back at the end.
/// </summary>
internal static class OffThread
{
    private static bool MayWait => Thread.CurrentThread.IsThreadPoolThread
        && TaskScheduler.Current == TaskScheduler.Default
        && SynchronizationContext.Current is null;

    /// <summary>Runs it, here or on a thread of the pool; what it throws is the task's.</summary>
    public static Task<TAnswer> Run<TAnswer>(Func<TAnswer> work)
    {
        if (!MayWait)
        {
            return Task.Run(work, CancellationToken.None);
        }

        try
        {
            return Task.FromResult(work());
        }
        catch (Exception fault)
        {
            return Task.FromException<TAnswer>(fault);
        }
    }

    /// <inheritdoc cref="Run{TAnswer}"/>
    public static Task Run(Action work) => Run(() =>
    {
        work();
        return true;
    });
}
