using System.Globalization;
using System.Text.Json;

namespace Marketplace.CrashMatrix;

/// <summary>The results as the table of <c>docs/reliability.md</c>.</summary>
internal static class MatrixTable
{
    public static void Write(IReadOnlyList<CellResult> results, TextWriter output)
    {
        output.WriteLine("| point | seeds | reached | violations | ready p50 s | p99 | settled p50 s | p99 |");
        output.WriteLine("|---|--:|--:|--:|--:|--:|--:|--:|");

        foreach (var rows in results.GroupBy(result => result.Cell.Point))
        {
            output.WriteLine(Row(rows.Key.Name, [.. rows]));
        }

        output.WriteLine(Row("all", results));
        output.WriteLine(JsonSerializer.Serialize(new
        {
            cells = results.Count,
            reached = results.Count(result => result.IsReached),
            violations = results.Sum(result => result.Violations.Count),
            ok = results.All(result => result.IsGood),
        }));
    }

    private static string Row(string name, IReadOnlyList<CellResult> rows) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {rows.Count} | {rows.Count(row => row.IsReached)} | {rows.Sum(row => row.Violations.Count)} "
        + $"| {Quantile(rows, row => row.Ready, 0.5):0.0} | {Quantile(rows, row => row.Ready, 0.99):0.0} "
        + $"| {Quantile(rows, row => row.Settled, 0.5):0.0} | {Quantile(rows, row => row.Settled, 0.99):0.0} |");

    private static double Quantile(IReadOnlyList<CellResult> rows, Func<CellResult, TimeSpan> of, double share)
    {
        var sorted = rows.Where(row => row.IsReached).Select(of).Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Ceiling(share * sorted.Length) - 1].TotalSeconds;
    }
}
