using Marketplace.Domain;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>Dies at one named point, once: what was in memory is lost, what was stored stays.</summary>
internal sealed class CrashPoint(string? at) : ICheckpoint
{
    private bool _hasCrashed;

    public void Reach(string name)
    {
        if (name == at && !_hasCrashed)
        {
            _hasCrashed = true;
            throw new CrashException(name);
        }
    }

    internal sealed class CrashException(string at) : Exception($"crash at {at}");
}
