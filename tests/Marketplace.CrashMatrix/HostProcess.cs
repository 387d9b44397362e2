using System.Diagnostics;
using System.Text.Json.Nodes;
using Marketplace.Domain;
using Marketplace.EndToEnd.Tests.Processes;

namespace Marketplace.CrashMatrix;

/// <summary>
/// The real host of one market under one address: started, killed, started again over the data that it had.
/// </summary>
internal sealed class HostProcess(
    string folder, string? published, Dictionary<string, string> settings, CancellationToken cancel)
    : IAsyncDisposable
{
    /// <summary>What a process that was ended by SIGKILL ends with.</summary>
    private const int KilledCode = 137;

    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(25);

    private readonly HttpClient _http = new(new SocketsHttpHandler()) { Timeout = TimeSpan.FromSeconds(5) };
    private readonly (string File, string[] Arguments) _program = HostProgram.Of(published);
    private readonly string _crashFile = Path.Combine(folder, "crash-at");
    private ChildProcess? _process;
    private int _starts;

    /// <summary>The same after every start.</summary>
    public string Url { get; private set; } = "http://127.0.0.1:0";

    /// <summary>The end of its log, without the frames of stack traces.</summary>
    public string LogTail() => string.Join('\n', (_process?.LogTail() ?? string.Empty)
        .Split('\n').Where(line => !line.TrimStart().StartsWith("at ", StringComparison.Ordinal)));

    /// <summary>Starts it, and waits until it takes requests.</summary>
    public async Task Start()
    {
        var ready = Launch(crashAt: null);
        await Ready(ready);
    }

    /// <summary>Tells the host that runs where it is to die, <c>name:k</c>, counted from now on; null for nowhere.</summary>
    public void Arm(string? crashAt)
    {
        // Whoever reads it beside this finds the whole of it or what was there before.
        var written = _crashFile + ".new";
        File.WriteAllText(written, crashAt ?? string.Empty);
        File.Move(written, _crashFile, overwrite: true);
    }

    /// <summary>
    /// Starts it; answers the file that it writes when it takes requests.
    /// </summary>
    /// <param name="crashAt">Where it is to die, <c>name:k</c>; null for nowhere.</param>
    public string Launch(string? crashAt)
    {
        Arm(crashAt);
        var ready = Path.Combine(folder, $"host-{++_starts}.json");
        var environment = new Dictionary<string, string>(settings, StringComparer.Ordinal)
        {
            ["Host__Url"] = Url,
            ["Host__ReadyFile"] = ready,
            ["ASPNETCORE_ENVIRONMENT"] = "CrashTest",

            // It lives for seconds: code that is compiled quickly serves it better than code that runs quickly.
            ["DOTNET_TC_QuickJit"] = "1",
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_TC_CallCountingDelayMs"] = "20000",
            [Checkpoints.CrashAtKey] = "@" + _crashFile,
        };
        _process = ChildProcess.Start(
            "host",
            _program.File,
            _program.Arguments,
            environment,
            Path.Combine(folder, "logs"));
        return ready;
    }

    /// <summary>Waits until it takes requests; false when it died before.</summary>
    public async Task<bool> Ready(string file)
    {
        using var pace = new PeriodicTimer(AskEvery);
        var watch = Stopwatch.StartNew();

        while (watch.Elapsed < StartMax && await pace.WaitForNextTickAsync(cancel))
        {
            if (_process!.HasExited)
            {
                return false;
            }

            if (ReadUrl(file) is { } url && await Answers(url))
            {
                Url = url;
                return true;
            }
        }

        throw new TimeoutException($"The host did not start within {StartMax.TotalSeconds} s.\n{LogTail()}");
    }

    /// <summary>Waits until it ends; true when a SIGKILL ended it.</summary>
    public async Task<bool> Death(CancellationToken over)
    {
        await _process!.Ended(over);
        return _process.ExitCode == KilledCode;
    }

    public Task Kill() => _process!.Kill();

    /// <summary>Runs a command of the host over the same data; answers its exit code and where its output is.</summary>
    public async Task<(int Code, string Output)> Run(IReadOnlyList<string> command, TimeSpan timeMax)
    {
        await using var child = ChildProcess.Start(
            $"{command[0]}-{++_starts}",
            _program.File,
            [.. _program.Arguments, .. command],
            settings,
            Path.Combine(folder, "logs"));
        await child.WaitForExit(timeMax);
        return (child.ExitCode, child.LogTail());
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _http.Dispose();
    }

    private static string? ReadUrl(string file)
    {
        try
        {
            return File.Exists(file) ? (string?)JsonNode.Parse(File.ReadAllText(file))?["url"] : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }

    private async Task<bool> Answers(string url)
    {
        try
        {
            using var answer = await _http.GetAsync(url + "/readyz", cancel);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException || !cancel.IsCancellationRequested)
        {
            return false;
        }
    }
}
