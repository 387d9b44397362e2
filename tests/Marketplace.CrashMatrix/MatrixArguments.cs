using System.Globalization;

namespace Marketplace.CrashMatrix;

/// <summary>What part of the matrix is run, and how.</summary>
public sealed record MatrixArguments
{
    private const int SeedsMax = 10_000;
    private const int WorldsMax = 8;

    /// <summary>Every cell's reckoning reads the whole books, and these grow from cell to cell.</summary>
    private const int CellsPerMarketDefault = 90;

    public IReadOnlyList<Point> Points { get; init; } = Point.All;

    /// <summary>The first seed. Default 1.</summary>
    public int FirstSeed { get; init; } = 1;

    /// <summary>How many seeds. Default 20.</summary>
    public int Seeds { get; init; } = 20;

    /// <summary>The host dies a second time while it recovers.</summary>
    public bool SecondKill { get; init; }

    /// <summary>Books and grain state on PostgreSQL instead of SQLite.</summary>
    public bool OnPostgres { get; init; }

    /// <summary>Markets that run side by side, each with processes of its own. Default 1.</summary>
    public int Worlds { get; init; } = 1;

    /// <summary>Cells after which a world opens a fresh market. Default 90.</summary>
    public int CellsPerMarket { get; init; } = CellsPerMarketDefault;

    /// <summary>Executable of a published host; null for the one that was built beside this.</summary>
    public string? Host { get; init; }

    /// <summary>File that keeps what held, and from which a run that was broken off goes on; null for none.</summary>
    public string? Journal { get; init; }

    /// <summary>Folder that keeps the logs; null for a temporary one that goes when all is well.</summary>
    public string? Logs { get; init; }

    public IEnumerable<Cell> Cells() =>
        from seed in Enumerable.Range(FirstSeed, Seeds)
        from point in Points
        select new Cell(point, seed, SecondKill);

    /// <summary>Reads a command line.</summary>
    /// <exception cref="FormatException">It says what is allowed.</exception>
    public static MatrixArguments Parse(string[] args)
    {
        var read = new MatrixArguments();

        for (var at = 0; at < args.Length; at++)
        {
            read = args[at] switch
            {
                "--second-kill" => read with { SecondKill = true },
                "--quick" => read with { Points = Point.Quick, Seeds = 1 },
                "--seeds" => read with { Seeds = Number(args, ++at, SeedsMax) },
                "--seed" => read with { FirstSeed = Number(args, ++at, SeedsMax) },
                "--worlds" => read with { Worlds = Number(args, ++at, WorldsMax) },
                "--cells-per-market" => read with { CellsPerMarket = Number(args, ++at, SeedsMax) },
                "--logs" => read with { Logs = Value(args, ++at) },
                "--host" => read with { Host = Existing(Value(args, ++at)) },
                "--journal" => read with { Journal = Value(args, ++at) },
                "--points" => read with { Points = [.. Value(args, ++at).Split(',').Select(Named)] },
                "--engine" => read with { OnPostgres = Engine(Value(args, ++at)) },
                var other => throw new FormatException(
                    $"unknown option {other}; known: --seeds N, --seed FIRST, --points a,b, "
                    + "--engine sqlite|postgresql, --second-kill, --quick, --worlds N, --cells-per-market N, "
                    + "--logs FOLDER, --journal FILE, --host PROGRAM"),
            };
        }

        return read;
    }

    private static string Value(string[] args, int at) =>
        at < args.Length ? args[at] : throw new FormatException($"{args[at - 1]} wants a value");

    private static int Number(string[] args, int at, int most) =>
        int.TryParse(Value(args, at), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= 1 && number <= most
            ? number
            : throw new FormatException($"{args[at - 1]} is '{args[at]}', allowed are 1 to {most}");

    private static string Existing(string file) =>
        File.Exists(file) ? file : throw new FormatException($"--host: there is no file '{file}'");

    private static bool Engine(string text) => text switch
    {
        "sqlite" => false,
        "postgresql" => true,
        _ => throw new FormatException($"--engine is '{text}', allowed are sqlite and postgresql"),
    };

    private static Point Named(string name) => Point.Find(name) ?? throw new FormatException(
        $"--points names no checkpoint: '{name}'; "
        + $"there are {string.Join(", ", Point.All.Select(point => point.Name))}");
}
