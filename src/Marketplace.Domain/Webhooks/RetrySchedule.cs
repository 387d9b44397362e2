using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Domain.Webhooks;

/// <summary>
/// When a delivery that failed is tried again: the schedule that the Standard Webhooks specification recommends, each
/// pause longer by up to a tenth so that what failed together does not come back together.
/// </summary>
public static class RetrySchedule
{
    private static readonly TimeSpan[] Pauses =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2),
        TimeSpan.FromHours(5), TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>Tries of one delivery, over about three days.</summary>
    public static int TriesMax => Pauses.Length + 1;

    /// <summary>The pause after so many failed tries; null when that was the last.</summary>
    /// <param name="tries">Tries that have failed, from 1.</param>
    /// <param name="delivery">What the tenth follows from.</param>
    public static TimeSpan? After(int tries, string delivery)
    {
        if (tries < 1 || tries >= TriesMax)
        {
            return null;
        }

        var pause = Pauses[tries - 1];
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{delivery}:{tries}"));
        var part = BinaryPrimitives.ReadUInt16LittleEndian(hash) / (double)ushort.MaxValue;

        return pause + (pause * (part / 10));
    }
}
