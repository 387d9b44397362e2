using System.Runtime.ExceptionServices;

namespace Marketplace.Compute.Host;

/// <summary>
/// Worker threads that live as long as the device. <see cref="Run"/> hands every thread the same body; the caller's
/// thread works too. Handing over allocates nothing. One caller at a time; a second one waits.
/// </summary>
public sealed class HostWorkers : IDisposable
{
    /// <summary>More threads than this are refused.</summary>
    public const int ThreadsMax = 1_024;

    private const int SpinsBeforeSleep = 2_000;

    private readonly Lock _oneCaller = new();
    private readonly Thread[] _threads;
    private readonly ManualResetEventSlim _begin = new(initialState: false, SpinsBeforeSleep);
    private readonly ManualResetEventSlim _idle = new(initialState: true, SpinsBeforeSleep);
    private Action<int>? _body;
    private ExceptionDispatchInfo? _fault;
    private int _round;
    private int _busy;
    private volatile bool _closing;

    public HostWorkers(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, ThreadsMax);
        Threads = threads;
        _threads = [.. Enumerable.Range(1, threads - 1).Select(NewThread)];

        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Threads that work, the caller's included.</summary>
    public int Threads { get; }

    /// <summary>Runs the body once for every worker number 0 .. Threads - 1 and returns when all have ended.</summary>
    public void Run(Action<int> body)
    {
        if (_threads.Length == 0)
        {
            body(0);
            return;
        }

        lock (_oneCaller)
        {
            ObjectDisposedException.ThrowIf(_closing, this);
            _body = body;
            _fault = null;
            Volatile.Write(ref _busy, _threads.Length);
            _idle.Reset();
            Interlocked.Increment(ref _round);
            _begin.Set();
            Work(0, body);
            _idle.Wait();
            _fault?.Throw();
        }
    }

    /// <summary>
    /// Splits 0 .. count - 1 into one contiguous part per worker, each a multiple of <paramref name="grain"/> but the last,
    /// and runs the body on each part.
    /// </summary>
    public void For(int count, int grain, Action<int, int> body)
    {
        var grains = (count + grain - 1) / grain;
        var workers = Math.Min(Threads, grains);

        if (workers <= 1)
        {
            body(0, count);
            return;
        }

        Run(worker =>
        {
            var from = (int)((long)grains * worker / Threads) * grain;
            var to = Math.Min((int)((long)grains * (worker + 1) / Threads) * grain, count);

            if (from < to)
            {
                body(from, to);
            }
        });
    }

    public void Dispose()
    {
        lock (_oneCaller)
        {
            if (_closing)
            {
                return;
            }

            _closing = true;
            Interlocked.Increment(ref _round);
            _begin.Set();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _begin.Dispose();
        _idle.Dispose();
    }

    private Thread NewThread(int number) => new(() => Loop(number)) { IsBackground = true, Name = $"compute-{number}" };

    private void Loop(int number)
    {
        var seen = 0;

        while (true)
        {
            AwaitRound(ref seen);

            if (_closing)
            {
                return;
            }

            Work(number, _body!);

            if (Interlocked.Decrement(ref _busy) == 0)
            {
                _begin.Reset();
                _idle.Set();
            }
        }
    }

    private void AwaitRound(ref int seen)
    {
        var spinner = default(SpinWait);

        while (Volatile.Read(ref _round) == seen)
        {
            if (spinner.Count < SpinsBeforeSleep)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }
            else
            {
                _begin.Wait();
            }
        }

        seen = Volatile.Read(ref _round);
    }

    private void Work(int number, Action<int> body)
    {
        try
        {
            body(number);
        }
#pragma warning disable CA1031 // Carried to the caller's thread.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _fault, ExceptionDispatchInfo.Capture(fault), null);
        }
    }
}
