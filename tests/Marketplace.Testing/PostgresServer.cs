using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Xunit;

namespace Marketplace.Testing;

/// <summary>
/// A PostgreSQL server for one test assembly: data in a temporary folder, loopback only, a free port, every commit
/// synced. It starts at the first request and ends with the process.
/// </summary>
public sealed class PostgresServer
{
    private const string User = "marketplace";
    private const string LogName = "server.log";
    private const int ConnectionsMax = 400;
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan StopMax = TimeSpan.FromSeconds(10);
    private static readonly Lazy<Task<PostgresServer>> Instance = new(() => Task.Run(Start));

    /// <summary>Command that leaves root before PostgreSQL's programs, null where it is missing, empty when not root.</summary>
    private static readonly string[]? RunAs = FindRunAs();

    private readonly Process _process;
    private readonly int _port;
    private int _databases;

    private PostgresServer(Process process, int port)
    {
        _process = process;
        _port = port;
    }

    /// <summary>Why no server can be had here, or null when one can.</summary>
    public static string? WhyUnavailable { get; } = FindWhyUnavailable();

    public static bool IsAvailable => WhyUnavailable is null;

    /// <summary>The server of this process; skips the test with a reason where none can be had.</summary>
    public static async Task<PostgresServer> SkipUnlessAvailable()
    {
        Assert.SkipUnless(IsAvailable, WhyUnavailable ?? "");
        return await Instance.Value;
    }

    /// <summary>Makes an empty database and answers its connection string. One for each test class keeps them apart.</summary>
    public async Task<string> CreateDatabase(CancellationToken cancel = default)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync(cancel);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancel);

        return ConnectionString(name);
    }

    private static string? FindWhyUnavailable()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS())
        {
            return "PostgreSQL tests run on Linux and macOS only";
        }

        if (PostgresBinaries.Folder is null)
        {
            return "PostgreSQL's server programs (initdb, postgres) are not installed";
        }

        return Environment.IsPrivilegedProcess && RunAs is null
            ? "PostgreSQL refuses to run as root, and neither setpriv nor runuser is there to leave root with"
            : null;
    }

    private static string[]? FindRunAs()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return [];
        }

        var (uid, gid) = Unprivileged();

        if (File.Exists("/usr/bin/setpriv"))
        {
            return ["/usr/bin/setpriv", $"--reuid={uid}", $"--regid={gid}", "--clear-groups", "--"];
        }

        return File.Exists("/usr/sbin/runuser") ? ["/usr/sbin/runuser", "-u", "postgres", "--"] : null;
    }

    /// <summary>User postgres of the machine where there is one, else nobody.</summary>
    private static (string Uid, string Gid) Unprivileged()
    {
        var line = File.ReadLines("/etc/passwd").FirstOrDefault(l => l.StartsWith("postgres:", StringComparison.Ordinal));
        var parts = line?.Split(':');

        return parts is { Length: >= 4 } ? (parts[2], parts[3]) : ("65534", "65534");
    }

    private static async Task<PostgresServer> Start()
    {
        var folder = Directory.CreateTempSubdirectory("marketplace-pg-").FullName;

        if (Environment.IsPrivilegedProcess)
        {
            var (uid, gid) = Unprivileged();
            await Run(folder, "/bin/chown", $"{uid}:{gid}", folder);
        }

        var data = Path.Combine(folder, "data");
        await Run(folder, [.. RunAs!, Binary("initdb"), "-D", data, "-U", User, "-A", "trust", "-E", "UTF8", "--locale=C"]);
        var port = FreePort();
        var process = LaunchGuarded(folder, [.. RunAs!, Binary("postgres"), "-D", data, .. Settings(folder, port)]);
        var server = new PostgresServer(process, port);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => server.Stop();
        await server.WaitUntilReady();

        return server;
    }

    private static string[] Settings(string folder, int port) =>
    [
        "-p", port.ToString(CultureInfo.InvariantCulture),
        "-k", folder,
        "-c", "listen_addresses=127.0.0.1",
        "-c", string.Create(CultureInfo.InvariantCulture, $"max_connections={ConnectionsMax}"),
        "-c", "shared_buffers=64MB",
    ];

    private static string Binary(string name) => Path.Combine(PostgresBinaries.Folder!, name);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task Run(string folder, params string[] command)
    {
        using var process = Launch(folder, command);
        await process.WaitForExitAsync();

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"'{string.Join(' ', command)}' ended with code {process.ExitCode}: "
                + await File.ReadAllTextAsync(Path.Combine(folder, LogName)));
        }
    }

    /// <summary>Output of the command goes to the log.</summary>
    private static Process Launch(string folder, params string[] command) =>
        Shell("log=\"$1\"; shift 2; exec \"$@\" >>\"$log\" 2>&1", folder, command);

    /// <summary>
    /// The same, but the command and the folder go when this process does, even if it is killed: its end of the pipe
    /// closes then.
    /// </summary>
    private static Process LaunchGuarded(string folder, params string[] command) => Shell(
        """
        log="$1"; folder="$2"; shift 2
        exec 3<&0
        "$@" >>"$log" 2>&1 </dev/null 3<&- &
        server=$!
        ( read -r _ <&3; kill -QUIT "$server" ) &
        wait "$server"
        rm -rf "$folder"
        """,
        folder,
        command);

    private static Process Shell(string script, string folder, string[] command)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            UseShellExecute = false,
        };

        foreach (var part in (string[])["-c", script, "sh", Path.Combine(folder, LogName), folder, .. command])
        {
            start.ArgumentList.Add(part);
        }

        return Process.Start(start)!;
    }

    private async Task WaitUntilReady()
    {
        using var deadline = new CancellationTokenSource(StartMax);

        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
                await connection.OpenAsync(deadline.Token);
                return;
            }
            catch (Exception error) when (error is NpgsqlException && !_process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
            }
        }
    }

    private string ConnectionString(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Username = User,
        Database = database,
        MaxPoolSize = 50,
    }.ToString();

    /// <summary>Closing the pipe ends the server and removes its folder; see <see cref="LaunchGuarded"/>.</summary>
    private void Stop()
    {
        _process.StandardInput.Close();

        if (!_process.WaitForExit(StopMax))
        {
            _process.Kill(entireProcessTree: true);
        }
    }
}
