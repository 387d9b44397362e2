using System.Security.Cryptography;
using System.Text.Json;

namespace Marketplace.CrashMatrix;

/// <summary>
/// The cells that held, as a file of JSON lines, so that a run of hours that was broken off goes on where it was. A line
/// counts for the build and the engine that it was written by and for nothing else.
/// </summary>
internal sealed class MatrixJournal
{
    private const string OwnAssemblies = "Marketplace.*.dll";

    private readonly string? _file;
    private readonly string _build;
    private readonly string _engine;
    private readonly Dictionary<Cell, Line> _held = [];

    /// <param name="arguments">Where the journal lies; with none, nothing is kept.</param>
    /// <exception cref="FormatException">The file is no journal.</exception>
    public MatrixJournal(MatrixArguments arguments)
    {
        _file = arguments.Journal;
        _engine = arguments.OnPostgres ? "postgresql" : "sqlite";
        _build = _file is null ? string.Empty : BuildOf(HostProgram.FolderOf(arguments.Host));

        if (File.Exists(_file))
        {
            Read(File.ReadAllLines(_file));
        }
    }

    /// <summary>What a cell showed in an earlier run; null when it is to be run.</summary>
    public CellResult? Find(Cell cell) => _held.TryGetValue(cell, out var line)
        ? new(cell)
        {
            IsReached = true,
            Ready = TimeSpan.FromSeconds(line.Ready),
            Settled = TimeSpan.FromSeconds(line.Settled),
            Took = TimeSpan.FromSeconds(line.Took),
        }
        : null;

    /// <summary>Keeps what held; what did not is run again.</summary>
    public void Add(CellResult result)
    {
        if (_file is not null && result.IsGood)
        {
            var (point, seed, twice) = result.Cell;
            var line = new Line(
                _build,
                _engine,
                point.Name,
                seed,
                twice,
                result.Ready.TotalSeconds,
                result.Settled.TotalSeconds,
                result.Took.TotalSeconds);
            File.AppendAllText(_file, JsonSerializer.Serialize(line) + "\n");
        }
    }

    private void Read(string[] lines)
    {
        for (var at = 0; at < lines.Length; at++)
        {
            try
            {
                var line = JsonSerializer.Deserialize<Line>(lines[at])!;

                if (line.Build == _build && line.Engine == _engine && Point.Find(line.Point) is { } point)
                {
                    _held[new(point, line.Seed, line.Twice)] = line;
                }
            }
            catch (JsonException) when (at == lines.Length - 1)
            {
                // The run was broken off while it wrote.
            }
            catch (JsonException fault)
            {
                throw new FormatException($"--journal {_file}, line {at + 1}: {fault.Message}", fault);
            }
        }
    }

    /// <summary>One number for the code that runs.</summary>
    private static string BuildOf(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        foreach (var file in Directory.GetFiles(folder, OwnAssemblies).Order(StringComparer.Ordinal))
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record Line(
        string Build,
        string Engine,
        string Point,
        int Seed,
        bool Twice,
        double Ready,
        double Settled,
        double Took);
}
