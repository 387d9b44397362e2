using Marketplace.Domain;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>
/// Dies at one named point, once, the first or a later time that it is reached: what was in memory is lost, what was
/// stored stays.
/// </summary>
internal sealed class CrashPoint(string? at, int time = 1) : ICheckpoint
{
    private int _reached;

    public void Reach(string name)
    {
        if (name == at && ++_reached == time)
        {
            throw new CrashException(name);
        }
    }

    internal sealed class CrashException(string at) : Exception($"crash at {at}");
}
