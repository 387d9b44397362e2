using System.Threading.Channels;

namespace Marketplace.Agent.Tests.Market;

/// <summary>Waits for what the market hears, with a limit that names what was awaited.</summary>
internal static class Signals
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<T> Next<T>(this Channel<T> channel, string awaited) => channel.Next(awaited, _ => true);

    public static async Task<T> Next<T>(this Channel<T> channel, string awaited, Func<T, bool> wanted)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);

        try
        {
            while (true)
            {
                if (await channel.Reader.ReadAsync(limit.Token) is var found && wanted(found))
                {
                    return found;
                }
            }
        }
        catch (OperationCanceledException fault) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"Awaited for {Limit.TotalSeconds} s: {awaited}.", fault);
        }
    }

    public static async Task<T> Within<T>(this Task<T> task, string awaited)
    {
        try
        {
            return await task.WaitAsync(Limit, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException fault)
        {
            throw new TimeoutException($"Awaited for {Limit.TotalSeconds} s: {awaited}.", fault);
        }
    }
}
