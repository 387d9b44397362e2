using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.Benchmarks.Renders;

/// <summary>What an agent of one slot did with its time, read from its log.</summary>
/// <param name="Units">Units that it ended.</param>
/// <param name="Traced">Time that it traced.</param>
/// <param name="Loaded">Time that it fetched and loaded scenes.</param>
/// <param name="Handed">Time between a unit's start and its end that was neither: reading, hashing, sending, answers.</param>
/// <param name="Idle">Time between the end of a unit and the start of the next.</param>
internal sealed partial record AgentTimes(int Units, TimeSpan Traced, TimeSpan Loaded, TimeSpan Handed, TimeSpan Idle)
{
    public static AgentTimes None { get; } = new(0, default, default, default, default);

    public static AgentTimes operator +(AgentTimes one, AgentTimes other) => new(
        one.Units + other.Units,
        one.Traced + other.Traced,
        one.Loaded + other.Loaded,
        one.Handed + other.Handed,
        one.Idle + other.Idle);

    /// <summary>Reads the lines of one render; those of others are to be left out by the caller.</summary>
    public static AgentTimes Read(IEnumerable<string> lines)
    {
        var times = None;
        DateTime? started = null;
        DateTime? ended = null;
        var inside = TimeSpan.Zero;

        foreach (var line in lines)
        {
            if (Time().Match(line) is not { Success: true } clock)
            {
                continue;
            }

            var at = DateTime.ParseExact(clock.Value, "HH:mm:ss.fff", CultureInfo.InvariantCulture);

            if (line.Contains(": started ", StringComparison.Ordinal))
            {
                times = times with { Idle = times.Idle + (at - (ended ?? at)) };
                (started, inside) = (at, TimeSpan.Zero);
            }
            else if (Seconds().Match(line) is { Success: true } took)
            {
                var seconds = TimeSpan.FromSeconds(double.Parse(took.Groups["seconds"].Value, CultureInfo.InvariantCulture));
                inside += seconds;
                times = line.Contains(" traced in ", StringComparison.Ordinal)
                    ? times with { Traced = times.Traced + seconds }
                    : times with { Loaded = times.Loaded + seconds };
            }
            else if (line.Contains(": ended, ", StringComparison.Ordinal) && started is { } start)
            {
                times = times with { Units = times.Units + 1, Handed = times.Handed + (at - start - inside) };
                ended = at;
            }
        }

        return times;
    }

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d\d\d", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Time();

    [GeneratedRegex(@" in (?<seconds>[\d.]+) s\.$", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Seconds();
}
