using System.Collections.Concurrent;
using System.Diagnostics;
using Marketplace.Domain;

namespace Marketplace.CrashMatrix;

/// <summary>
/// Plays one cell in a market: the story, and beside it a watcher that starts the host again when it dies.
/// </summary>
internal sealed class CellRun(Market market, Cell cell, string name)
{
    private const int DeathsMax = 4;
    private const int SecondKillWithinMilliseconds = 2_500;

    private static readonly TimeSpan StoryMax = TimeSpan.FromSeconds(300);

    private readonly Random _random = cell.Random();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly ConcurrentQueue<string> _violations = new();
    private TimeSpan? _died;
    private TimeSpan? _ready;
    private int _deaths;

    /// <summary>The market's host runs before and after, and dies between.</summary>
    public async Task<CellResult> Go()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(market.Cancel);
        Task[] beside = [];
        TimeSpan? settled = null;

        try
        {
            var (renter, account) = await market.NewRenter(name);
            var trouble = new ChainTrouble(market.Chain, _random, market.Cancel);
            var story = new Story(market, renter, trouble, new Random(_random.Next()), name)
            {
                HasReviews = cell.Point.IsOfPeople,
            };
            await Arm();
            beside = [Watch(over.Token), new StripeCourier(market, new Random(_random.Next())).Run(over.Token)];
            await story.Play().WaitAsync(StoryMax, market.Cancel);
            settled = _watch.Elapsed;
            Add(await story.RepeatAll());
            Add(await new Reckoning(market, renter, account, story.Bill).Find());
        }
        catch (Exception stuck) when (!market.Cancel.IsCancellationRequested)
        {
            Add([$"the story does not end: {stuck.GetType().Name}: {stuck.Message}\n{market.Host.LogTail()}"]);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(beside);
        }

        return Result(settled ?? _watch.Elapsed);
    }

    /// <summary>Tells the host its crash; one that shows itself at a start only is told one that starts again.</summary>
    private async Task Arm()
    {
        var crashAt = $"{cell.Point.Name}:{1 + _random.Next(cell.Point.HitsMin)}";

        if (cell.Point.Name != Checkpoints.LaneOpened)
        {
            market.Host.Arm(crashAt);
            return;
        }

        await market.Host.Kill();
        market.AddLane();
        await market.Host.Ready(market.Host.Launch(crashAt));
    }

    private void Add(IEnumerable<string> violations)
    {
        foreach (var one in violations)
        {
            _violations.Enqueue(one);
        }
    }

    private CellResult Result(TimeSpan settled) => new(cell)
    {
        IsReached = _died is not null,
        Violations = [.. _violations],
        Ready = (_ready - _died) ?? TimeSpan.Zero,
        Settled = (settled - _died) ?? TimeSpan.Zero,
        Took = _watch.Elapsed,
    };

    private async Task Watch(CancellationToken over)
    {
        try
        {
            while (_deaths < DeathsMax)
            {
                var isKilled = await market.Host.Death(over);

                if (!isKilled)
                {
                    Add([$"the host ended by itself:\n{market.Host.LogTail()}"]);
                }

                _deaths++;
                _died ??= _watch.Elapsed;
                await Recover(over);
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The story is over.
        }
        catch (Exception stuck) when (!over.IsCancellationRequested)
        {
            Add([$"the host does not start again: {stuck.Message}"]);
        }
    }

    /// <summary>
    /// Starts the host again; when it is to die twice, at the same point or at any moment of its recovery.
    /// </summary>
    private async Task Recover(CancellationToken over)
    {
        var isToDieAgain = cell.SecondKill && _deaths == 1;
        var atPoint = isToDieAgain && _random.Next(2) == 0;
        var ready = market.Host.Launch(atPoint ? $"{cell.Point.Name}:1" : null);

        if (isToDieAgain && !atPoint)
        {
            await Task.Delay(_random.Next(SecondKillWithinMilliseconds), over);
            await market.Host.Kill();
        }
        else if (await market.Host.Ready(ready))
        {
            _ready = _watch.Elapsed;
        }
    }
}
