namespace Marketplace.Agent.Market;

/// <summary>
/// How long to wait after so many failures in a row: doubling, capped, and spread over half of it so that many agents
/// do not come back together.
/// </summary>
internal sealed class RetryPace(AgentOptions options, TimeProvider time, Random random)
{
    private const int DoublingsMax = 20;

    /// <summary>The wait after failure number <paramref name="failures"/>, counted from 1.</summary>
    public TimeSpan After(int failures)
    {
        var doubled = options.RetryFirst * Math.Pow(2, Math.Min(failures - 1, DoublingsMax));
        var capped = doubled < options.RetryMax ? doubled : options.RetryMax;

        lock (random)
        {
            return capped * (0.5 + (random.NextDouble() / 2));
        }
    }

    public Task Wait(int failures, CancellationToken cancel) => Task.Delay(After(failures), time, cancel);
}
