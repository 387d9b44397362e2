namespace Marketplace.EndToEnd.Tests.Processes;

/// <summary>Waits for what another process does: asks again and again, within a limit that names what was awaited.</summary>
internal static class Eventually
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50);

    public static async Task<T> Holds<T>(
        string awaited, Func<CancellationToken, Task<T>> ask, Func<T, bool> holds, TimeSpan timeMax, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(timeMax);
        using var tick = new PeriodicTimer(AskEvery);
        var last = "never answered";

        try
        {
            do
            {
                try
                {
                    var answer = await ask(limit.Token);
                    last = $"{answer}";

                    if (holds(answer))
                    {
                        return answer;
                    }
                }
                catch (HttpRequestException failed)
                {
                    last = failed.Message;
                }
            }
            while (await tick.WaitForNextTickAsync(limit.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Falls through to the report below.
        }

        throw new TimeoutException($"Awaited for {timeMax.TotalSeconds} s: {awaited}. Last: {last}");
    }
}
