using System.Threading.Channels;
using Marketplace.Domain.Renders;
using Marketplace.Grains.Renders;

namespace Marketplace.Host.Renders;

/// <summary>
/// Frames that wait to be put together. Accounts take turns, each with its frames in the order in which they came, and
/// none may fill the lane. Safe for use by several threads.
/// </summary>
internal sealed class FrameLane
{
    /// <summary>Frames that wait at most.</summary>
    internal const int WaitingMax = 1_000;

    /// <summary>Of one account.</summary>
    internal const int PerAccountMax = 250;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Queue<FrameOrder>> _frames = new(StringComparer.Ordinal);
    private readonly Queue<string> _turns = [];

    /// <summary>One sign for each frame that waits.</summary>
    private readonly Channel<bool> _there = Channel.CreateBounded<bool>(WaitingMax);

    private int _count;

    /// <summary>Whether making the frame takes more than adding its units up to one PNG of 8 bits.</summary>
    public static bool IsLong(RenderOrder order) =>
        order.Settings is { } settings
        && (settings.Aovs.Count > 0 || settings.Outputs.Any(format => format != FrameFormat.Png8));

    /// <summary>False where there is no room.</summary>
    public bool TryAdd(FrameOrder frame)
    {
        var account = frame.Account?.Value ?? frame.Render.Value;

        lock (_gate)
        {
            var mine = _frames.GetValueOrDefault(account);

            if (_count >= WaitingMax || mine?.Count >= PerAccountMax)
            {
                return false;
            }

            if (mine is null)
            {
                _frames[account] = mine = [];
                _turns.Enqueue(account);
            }

            mine.Enqueue(frame);
            _count++;
        }

        return _there.Writer.TryWrite(true);
    }

    /// <summary>The frame whose turn it is, when there is one.</summary>
    public async Task<FrameOrder> Take(CancellationToken cancel)
    {
        await _there.Reader.ReadAsync(cancel);

        lock (_gate)
        {
            var account = _turns.Dequeue();
            var mine = _frames[account];
            var frame = mine.Dequeue();
            _count--;

            if (mine.Count > 0)
            {
                _turns.Enqueue(account);
            }
            else
            {
                _frames.Remove(account);
            }

            return frame;
        }
    }
}
