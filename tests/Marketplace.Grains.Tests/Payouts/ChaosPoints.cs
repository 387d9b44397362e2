using Marketplace.Domain;

namespace Marketplace.Grains.Tests.Payouts;

/// <summary>A worker dies at any durable step with the same small probability.</summary>
internal sealed class ChaosPoints(double probability, int seed) : ICheckpoint
{
    private readonly Random _random = new(seed);
    private readonly Lock _drawing = new();

    public int Crashes { get; private set; }

    public void Reach(string name)
    {
        lock (_drawing)
        {
            if (_random.NextDouble() >= probability)
            {
                return;
            }

            Crashes++;
        }

        throw new CrashPoint.CrashException(name);
    }
}
