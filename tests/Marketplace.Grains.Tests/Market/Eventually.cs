using System.Runtime.CompilerServices;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Market;
using Marketplace.Grains.Abstractions.Inference;

namespace Marketplace.Grains.Tests.Market;

/// <summary>
/// Waits for what a grain does beside the calls that were answered: asks again and again, within a limit that names what
/// was awaited. What the clock decides is not awaited: a test moves the clock.
/// </summary>
internal static class Eventually
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(2);

    /// <summary>Only a failure takes as long; a busy machine may take half of it.</summary>
    private static readonly TimeSpan WaitMax = TimeSpan.FromSeconds(60);

    public static Task Holds(
        Func<bool> holds, [CallerArgumentExpression(nameof(holds))] string awaited = "") =>
        Holds(() => Task.FromResult(holds()), awaited);

    public static async Task Holds(
        Func<Task<bool>> holds, [CallerArgumentExpression(nameof(holds))] string awaited = "")
    {
        var cancel = TestContext.Current.CancellationToken;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(WaitMax);
        using var pace = new PeriodicTimer(AskEvery);

        try
        {
            while (!await holds())
            {
                await pace.WaitForNextTickAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            Assert.Fail($"Awaited for {WaitMax.TotalSeconds} s: {awaited}");
        }
    }

    /// <summary>The job in its last state.</summary>
    public static async Task<JobView> Ended(this Scene scene, JobId job)
    {
        JobView? view = null;
        await Holds(
            async () => (view = await scene.Job(job).Describe(TestContext.Current.CancellationToken)) is { } now
                && WorkCycle.IsTerminal(now.State),
            $"{job} has ended");
        return view!;
    }
}
