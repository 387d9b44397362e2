using System.Diagnostics;
using System.Globalization;
using Marketplace.Domain;

namespace Marketplace.Host.Crashes;

/// <summary>
/// The checkpoint of crash tests: at the k-th time that one name is reached the process ends by SIGKILL, so that
/// nothing is flushed, closed or answered.
/// </summary>
internal sealed class CrashPoint(string name, int time) : ICheckpoint
{
    private int _reached;

    public string Name => name;

    /// <summary>At which hit it ends the process, from 1.</summary>
    public int Time => time;

    /// <summary>Reads <c>name:k</c>.</summary>
    /// <exception cref="StartException">The text is none, or the name stands nowhere in the code.</exception>
    public static CrashPoint Parse(string text)
    {
        var at = text.LastIndexOf(':');
        var name = at < 0 ? text : text[..at];

        if (!Checkpoints.All.Contains(name, StringComparer.Ordinal))
        {
            throw new StartException(
                $"{Checkpoints.CrashAtKey} names no checkpoint: '{name}'. "
                + $"Allowed are {string.Join(", ", Checkpoints.All)}.");
        }

        var isCount = int.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var time);

        return at >= 0 && isCount && time >= 1
            ? new(name, time)
            : throw new StartException(
                $"{Checkpoints.CrashAtKey} must be name:k with k from 1, such as {name}:1.");
    }

    public void Reach(string name)
    {
        if (name == Name && Interlocked.Increment(ref _reached) == time)
        {
            global::System.Console.Error.WriteLine($"crash at {name}:{time}");
            Process.GetCurrentProcess().Kill();

            // The signal takes the other threads first on some kernels: this one must not go on either.
            Thread.CurrentThread.Join();
        }
    }
}
