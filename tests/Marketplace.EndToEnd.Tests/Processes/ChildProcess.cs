using System.Diagnostics;
using System.Globalization;

namespace Marketplace.EndToEnd.Tests.Processes;

/// <summary>A real process of the product, with its output in a file; ended by its own handle and nothing else.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopTimeMax = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Lock _gate = new();

    private ChildProcess(string name, Process process, string logFile)
    {
        Name = name;
        _process = process;
        _log = new StreamWriter(logFile, append: true) { AutoFlush = true };
        LogFile = logFile;
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
    }

    public string Name { get; }

    public string LogFile { get; }

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public static ChildProcess Start(
        string name,
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string> environment,
        string logs)
    {
        Directory.CreateDirectory(logs);
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (key, value) in environment)
        {
            start.Environment[key] = value;
        }

        var child = new ChildProcess(name, new Process { StartInfo = start }, Path.Combine(logs, name + ".log"));
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>SIGKILL: the process gets no chance to say goodbye.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>When the process has ended, however that came.</summary>
    public Task Ended(CancellationToken cancel) => _process.WaitForExitAsync(cancel);

    public async Task WaitForExit(TimeSpan timeMax)
    {
        using var limit = new CancellationTokenSource(timeMax);

        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException late)
        {
            throw new TimeoutException($"{Name} did not end within {timeMax.TotalSeconds} s.\n{LogTail()}", late);
        }
    }

    public string LogTail() => string.Join('\n', LogLines().TakeLast(40));

    /// <summary>All that it has written, line by line.</summary>
    public string[] LogLines()
    {
        lock (_gate)
        {
            using var stream = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd().Split('\n');
        }
    }

    /// <summary>Processor time that it has used, also when it has ended.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>
    /// Writes to files and sockets that it has asked the kernel for, and times that a thread of it has gone to sleep, as
    /// Linux counts them; threads that have ended are left out. 0 elsewhere.
    /// </summary>
    public (long Writes, long Switches) Calls
    {
        get
        {
            var proc = $"/proc/{_process.Id}";
            return Directory.Exists(proc)
                ? (Counted($"{proc}/io", "syscw:"), Directory.GetDirectories($"{proc}/task")
                    .Sum(thread => Counted($"{thread}/status", "voluntary_ctxt_switches:")))
                : default;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // SIGTERM first: the host closes its files, the agent hands back its work.
            using var term = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await term.WaitForExitAsync();
            using var limit = new CancellationTokenSource(StopTimeMax);

            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                await Kill();
            }
        }

        _process.Dispose();
        await _log.DisposeAsync();
    }

    private void Write(string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                _log.WriteLine(line);
            }
        }
    }

    private static long Counted(string file, string name)
    {
        try
        {
            return File.ReadLines(file)
                .Where(line => line.StartsWith(name, StringComparison.Ordinal))
                .Sum(line => long.Parse(line.AsSpan(name.Length).Trim(), CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // The thread has ended.
            return 0;
        }
    }
}
