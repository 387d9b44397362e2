using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Marketplace.Benchmarks;

/// <summary>What a run prints and writes: the figures, the machine, and the commit they belong to.</summary>
internal sealed record BenchmarkReport(string Suite, string Machine, string Commit, IReadOnlyList<BenchmarkResult> Results)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static BenchmarkReport Of(string suite, IReadOnlyList<BenchmarkResult> results) =>
        new(suite, MachineName(), CommitName(), results);

    public void Print(TextWriter output)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Suite} at {Commit} on {Machine}"));

        foreach (var (name, value, unit) in Results)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-28} {value,14:N2} {unit}"));
        }
    }

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");

    private static string MachineName()
    {
        var processor = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        var name = processor is null ? RuntimeInformation.ProcessArchitecture.ToString() : processor[(processor.IndexOf(':') + 1)..].Trim();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1L << 30);
        return $"{name}, {Environment.ProcessorCount} cores, {memory} GiB, {RuntimeInformation.FrameworkDescription}";
    }

    private static string CommitName()
    {
        var commit = Git("rev-parse --short=12 HEAD");
        return commit.Length == 0 ? "unknown" : commit + (Git("status --porcelain --untracked-files=no").Length > 0 ? "-dirty" : "");
    }

    private static string Git(string arguments)
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var text = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? text : "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}
