using System.Globalization;
using Marketplace.Testing;

namespace Marketplace.CrashMatrix;

/// <summary>
/// Runs cells in markets side by side; a market in which something broke, or whose books have grown, is thrown away.
/// </summary>
public sealed class Matrix(MatrixArguments arguments, TextWriter output)
{
    private readonly Queue<Cell> _cells = new(arguments.Cells());
    private readonly MatrixJournal _journal = new(arguments);
    private readonly List<CellResult> _results = [];
    private readonly Lock _gate = new();
    private readonly string _folder = arguments.Logs is { } logs
        ? Directory.CreateDirectory(logs).FullName
        : Directory.CreateTempSubdirectory("marketplace-crash-").FullName;

    private int _markets;

    /// <summary>Runs all cells.</summary>
    public async Task<IReadOnlyList<CellResult>> Run(CancellationToken cancel)
    {
        await Task.WhenAll(Enumerable.Range(0, arguments.Worlds).Select(_ => Work(cancel)));

        if (arguments.Logs is null && _results.TrueForAll(result => result.IsGood))
        {
            Directory.Delete(_folder, recursive: true);
        }
        else
        {
            await output.WriteLineAsync($"logs in {_folder}");
        }

        return _results;
    }

    private async Task Work(CancellationToken cancel)
    {
        Market? market = null;
        var played = 0;

        try
        {
            while (Next() is { } cell)
            {
                if (_journal.Find(cell) is { } known)
                {
                    Keep(known);
                    continue;
                }

                market ??= await OpenMarket(cancel);
                var result = await new CellRun(market, cell, Name(cell)).Go();
                Report(result);

                // Books that may be wrong from now on, or that take long to check: the next cell gets others.
                if (!result.IsGood || ++played >= arguments.CellsPerMarket)
                {
                    await market.DisposeAsync();
                    (market, played) = (null, 0);
                }
            }
        }
        finally
        {
            if (market is not null)
            {
                await market.DisposeAsync();
            }
        }
    }

    private static string Name(Cell cell) => string.Create(
        CultureInfo.InvariantCulture, $"{cell.Point.Name}-{cell.Seed}{(cell.SecondKill ? "-twice" : string.Empty)}");

    private async Task<Market> OpenMarket(CancellationToken cancel)
    {
        var folder = Path.Combine(_folder, $"market-{Interlocked.Increment(ref _markets)}");
        Directory.CreateDirectory(folder);
        var postgres = arguments.OnPostgres
            ? await (await PostgresServer.SkipUnlessAvailable()).CreateDatabase(cancel)
            : null;
        return await Market.Open(folder, arguments.Host, postgres, cancel);
    }

    private Cell? Next()
    {
        lock (_gate)
        {
            return _cells.TryDequeue(out var cell) ? cell : null;
        }
    }

    private void Keep(CellResult result)
    {
        lock (_gate)
        {
            _results.Add(result);
        }
    }

    private void Report(CellResult result)
    {
        lock (_gate)
        {
            Keep(result);
            _journal.Add(result);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(result.IsGood ? "ok " : "BAD")} {result.Cell}: ready {result.Ready.TotalSeconds:0.0} s, settled "
                + $"{result.Settled.TotalSeconds:0.0} s, took {result.Took.TotalSeconds:0.0} s"
                + $"{(result.IsReached ? string.Empty : ", NOT REACHED")}"));

            foreach (var broken in result.Violations)
            {
                output.WriteLine($"    {broken.Replace("\n", "\n    ", StringComparison.Ordinal)}");
            }
        }
    }
}
