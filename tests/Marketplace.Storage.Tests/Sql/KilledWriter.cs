using System.Diagnostics;
using System.Globalization;
using Marketplace.Storage.Sqlite;

namespace Marketplace.Storage.Tests.Sql;

/// <summary>
/// A process that writes one state again and again and tells of each write that was answered, until it is killed. It is
/// this test program once more, told by the environment to do that and nothing else.
/// </summary>
internal static class KilledWriter
{
    public const int WritesMax = 1_000_000;
    private const string FileVariable = "MARKETPLACE_TEST_WRITER_FILE";

    public static GrainRow Row { get; } = new("dev_killed");

    public static Process Start(string file)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };

        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            start.ArgumentList.Add(typeof(KilledWriter).Assembly.Location);
        }

        start.Environment[FileVariable] = file;
        return Process.Start(start)!;
    }

    /// <summary>The file to write, when this process was started for that.</summary>
    public static string? ToldFile() => Environment.GetEnvironmentVariable(FileVariable);

    public static async Task Write(string file)
    {
        await using var source = new SqliteDataSource(file);
        var store = new OrleansStore(source);
        int? version = null;

        for (var write = 0; write < WritesMax; write++)
        {
            version = await Row.Write(store, version, BitConverter.GetBytes((version ?? 0) + 1));
            await Console.Out.WriteLineAsync(version!.Value.ToString(CultureInfo.InvariantCulture));
        }
    }
}
