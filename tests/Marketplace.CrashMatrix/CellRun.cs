using System.Diagnostics;
using Marketplace.Domain;

namespace Marketplace.CrashMatrix;

/// <summary>Plays one cell in a market: the story, and beside it a watcher that starts the host again when it dies.</summary>
internal sealed class CellRun(Market market, Cell cell, string name)
{
    private const int DeathsMax = 4;
    private const int SecondKillWithinMilliseconds = 2_500;

    private static readonly TimeSpan StoryMax = TimeSpan.FromSeconds(120);

    private readonly Random _random = cell.Random();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly List<string> _violations = [];
    private TimeSpan? _died;
    private TimeSpan? _ready;
    private int _deaths;

    /// <summary>The market's host runs before and after, and dies between.</summary>
    public async Task<CellResult> Go()
    {
        var (renter, account) = await market.NewRenter(name);
        var trouble = new ChainTrouble(market.Chain, _random, market.Cancel);
        var story = new Story(market, renter, trouble, new Random(_random.Next()), name);
        await market.Host.Kill();

        if (cell.Point.Name == Checkpoints.LaneOpened)
        {
            market.AddLane();
        }

        var time = 1 + _random.Next(cell.Point.HitsMin);
        await market.Host.Start($"{cell.Point.Name}:{time}");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(market.Cancel);
        var watcher = Watch(over.Token);
        var courier = new StripeCourier(market, new Random(_random.Next())).Run(over.Token);

        try
        {
            await story.Play().WaitAsync(StoryMax, market.Cancel);
            var settled = _watch.Elapsed;
            _violations.AddRange(await story.RepeatAll());
            _violations.AddRange(await new Reckoning(market, renter, account, story.Bill).Find());
            return Result(settled);
        }
        catch (Exception stuck) when (stuck is TimeoutException or HttpRequestException or InvalidOperationException)
        {
            _violations.Add($"the story does not end: {stuck.Message}\n{market.Host.LogTail()}");
            return Result(_watch.Elapsed);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(watcher, courier);
        }
    }

    private CellResult Result(TimeSpan settled) => new(cell)
    {
        IsReached = _died is not null,
        Violations = _violations,
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
                    _violations.Add($"the host ended by itself:\n{market.Host.LogTail()}");
                }

                _deaths++;
                _died ??= _watch.Elapsed;
                await Recover(over);
                _ready ??= _watch.Elapsed;
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // The story is over.
        }
    }

    /// <summary>Starts the host again; when it is to die twice, at the same point or at any moment of its recovery.</summary>
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
        else
        {
            await market.Host.Ready(ready);
        }
    }
}
