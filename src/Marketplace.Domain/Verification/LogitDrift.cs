namespace Marketplace.Domain.Verification;

/// <summary>
/// By how much two devices' records of one position differ, as far as the tokens that they tell show.
/// </summary>
public static class LogitDrift
{
    /// <summary>
    /// The largest difference of a log-probability; where only one of them tells a token, by how much it is likelier
    /// than the least likely one that the other tells: that much it differs at least. Infinite where the two are not of
    /// one token, do not tell as many, or tell no numbers. It is the same both ways.
    /// </summary>
    public static double Between(LogitRecord one, LogitRecord other)
    {
        if (one.Token != other.Token
            || one.Top.Count != other.Top.Count
            || one.Top.DistinctBy(told => told.Token).Count() != one.Top.Count)
        {
            return double.PositiveInfinity;
        }

        return Math.Max(OneWay(one, other), OneWay(other, one));
    }

    private static double OneWay(LogitRecord one, LogitRecord other)
    {
        var (drift, least) = (0.0, LeastOf(other));

        foreach (var (token, value) in one.Top)
        {
            var found = double.NegativeInfinity;

            foreach (var told in other.Top)
            {
                found = told.Token == token ? Math.Abs((double)value - told.Logprob) : found;
            }

            found = double.IsNegativeInfinity(found) ? (double)value - least : found;
            drift = double.IsNaN(found) ? double.PositiveInfinity : Math.Max(drift, found);
        }

        return drift;
    }

    /// <summary>
    /// The least likely that it tells as one of the likeliest: the last may be there as the record's own token alone.
    /// </summary>
    private static double LeastOf(LogitRecord record) =>
        record.Top.Count == 0 ? 0 : record.Top.Take(Math.Max(1, record.RankedCount)).Min(told => told.Logprob);
}
