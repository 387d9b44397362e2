namespace Marketplace.Compute.Host;

/// <summary>
/// Work on a range of numbers. A struct, so that handing it to <see cref="HostWorkers"/> allocates nothing.
/// </summary>
public interface IRangeBody
{
    /// <summary>Does the numbers from <paramref name="from"/> up to, not with, <paramref name="to"/>.</summary>
    void Run(int from, int to);
}
