using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Marketplace.Compute.Host;

/// <summary>
/// Worker threads that live as long as the device. A range is cut into grains that the workers and the caller's thread
/// take one by one, so a worker that the system holds up delays no more than its own grain. Handing over a struct
/// allocates nothing. One caller at a time; a second one waits, and a body that asks for workers itself is run on its
/// own thread.
/// </summary>
public sealed unsafe class HostWorkers : IDisposable
{
    /// <summary>More threads than this are refused.</summary>
    public const int ThreadsMax = 1_024;

    private const long Open = 1L << 31;
    private const long ActiveMask = Open - 1;
    private const int RoundShift = 32;

    /// <summary>A worker looks for the next round this often, some 50 microseconds, before it sleeps.</summary>
    private const int SpinsBeforeSleep = 1_500;

    [ThreadStatic]
    private static bool IsWorking;

    private readonly Lock _oneCaller = new();
    private readonly object _sleep = new();
    private readonly Thread[] _threads;

    /// <summary>Round number, whether it may still be entered, and how many workers are in it.</summary>
    private long _state;
    private int _sleepers;
    private volatile bool _closing;

    // The round's work; stable while anyone is in it.
    private delegate*<void*, int, int, void> _invoke;
    private void* _body;
    private int _count;
    private int _grain;
    private int _next;
    private ExceptionDispatchInfo? _fault;

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

    /// <summary>
    /// Runs the body on 0 .. count - 1 in grains, each number once, and returns when all have ended. An exception of
    /// the body ends the round and comes out here.
    /// </summary>
    public void For<TBody>(int count, int grain, TBody body)
        where TBody : struct, IRangeBody
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grain, 1);

        if (_threads.Length == 0 || count <= grain || IsWorking)
        {
            if (count > 0)
            {
                body.Run(0, count);
            }

            return;
        }

        lock (_oneCaller)
        {
            ObjectDisposedException.ThrowIf(_closing, this);

            // The body is a parameter on this stack frame: it does not move and outlives the round.
            _invoke = &Invoke<TBody>;
            _body = Unsafe.AsPointer(ref body);
            (_count, _grain, _next, _fault) = (count, grain, 0, null);
            Interlocked.Exchange(ref _state, (((_state >> RoundShift) + 1) << RoundShift) | Open);
            WakeSleepers();
            Work();
            Interlocked.And(ref _state, ~Open);
            var spinner = default(SpinWait);

            while ((Volatile.Read(ref _state) & ActiveMask) != 0)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }

            _fault?.Throw();
        }
    }

    /// <summary>As the other form, for work where an allocation does not matter.</summary>
    public void For(int count, int grain, Action<int, int> body) => For(count, grain, new ActionBody(body));

    /// <summary>
    /// Runs the body once for every number 0 .. Threads - 1: one loop a thread that takes its work by itself.
    /// </summary>
    public void Run(Action<int> body) => For(Threads, 1, new NumberBody(body));

    public void Dispose()
    {
        lock (_oneCaller)
        {
            if (_closing)
            {
                return;
            }

            _closing = true;
        }

        lock (_sleep)
        {
            Monitor.PulseAll(_sleep);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private static void Invoke<TBody>(void* body, int from, int to)
        where TBody : struct, IRangeBody => Unsafe.AsRef<TBody>(body).Run(from, to);

    private Thread NewThread(int number) => new(Loop) { IsBackground = true, Name = $"compute-{number}" };

    private void Loop()
    {
        var seen = 0L;
        var spins = 0;

        while (!_closing)
        {
            var state = Volatile.Read(ref _state);

            if (IsNew(state, seen))
            {
                if (Interlocked.CompareExchange(ref _state, state + 1, state) == state)
                {
                    seen = state >> RoundShift;
                    Work();
                    Interlocked.Decrement(ref _state);
                    spins = 0;
                }
            }
            else if (++spins < SpinsBeforeSleep)
            {
                Thread.SpinWait(1);
            }
            else
            {
                Sleep(seen);
                spins = 0;
            }
        }
    }

    private static bool IsNew(long state, long seen) => (state & Open) != 0 && state >> RoundShift != seen;

    private void Sleep(long seen)
    {
        lock (_sleep)
        {
            // Counted before the state is read: the caller writes the state before it reads the count.
            Interlocked.Increment(ref _sleepers);

            while (!_closing && !IsNew(Volatile.Read(ref _state), seen))
            {
                Monitor.Wait(_sleep);
            }

            Interlocked.Decrement(ref _sleepers);
        }
    }

    private void WakeSleepers()
    {
        if (Volatile.Read(ref _sleepers) > 0)
        {
            lock (_sleep)
            {
                Monitor.PulseAll(_sleep);
            }
        }
    }

    private void Work()
    {
        IsWorking = true;

        try
        {
            for (var from = Take(); from < _count; from = Take())
            {
                _invoke(_body, from, (int)Math.Min((long)from + _grain, _count));
            }
        }
#pragma warning disable CA1031 // Carried to the caller's thread.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _fault, ExceptionDispatchInfo.Capture(fault), null);
            Interlocked.Exchange(ref _next, _count);
        }
        finally
        {
            IsWorking = false;
        }
    }

    /// <summary>The next grain's first number, or the count when all are taken.</summary>
    private int Take()
    {
        // Read first: past the end nothing is added, so the number cannot run over however long a loop asks.
        if (Volatile.Read(ref _next) >= _count)
        {
            return _count;
        }

        var from = Interlocked.Add(ref _next, _grain) - _grain;
        return from < 0 ? _count : from;
    }

    private readonly struct ActionBody(Action<int, int> body) : IRangeBody
    {
        public void Run(int from, int to) => body(from, to);
    }

    private readonly struct NumberBody(Action<int> body) : IRangeBody
    {
        public void Run(int from, int to)
        {
            for (var number = from; number < to; number++)
            {
                body(number);
            }
        }
    }
}
