namespace Marketplace.Grains.Batches;

/// <summary>
/// How many lines one of an account's batches may have under way: an even share of what the account may have, at least
/// one, and never more than the others leave.
/// </summary>
internal static class LineShare
{
    /// <param name="accountMax">Lines of all the account's batches together.</param>
    /// <param name="batchMax">Lines of one batch.</param>
    /// <param name="batches">Batches that run lines, this one among them.</param>
    /// <param name="others">Lines that the others may have.</param>
    /// <param name="underWay">Lines of this batch: they are not called back.</param>
    public static int Of(int accountMax, int batchMax, int batches, int others, int underWay)
    {
        var even = Math.Min(batchMax, Math.Max(1, accountMax / batches));

        return Math.Max(underWay, Math.Min(even, Math.Max(0, accountMax - others)));
    }
}
