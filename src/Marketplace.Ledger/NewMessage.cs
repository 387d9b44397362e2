namespace Marketplace.Ledger;

/// <summary>
/// A message for the outside, written with the journals that it tells of and sent at least once after their commit.
/// </summary>
/// <param name="Id">Unique; the same again is left out. Receivers use it to forget repeats.</param>
/// <param name="Topic">Who sends it on, such as <c>webhook</c>.</param>
/// <param name="Payload">At most 20,000 characters.</param>
public sealed record NewMessage(string Id, string Topic, string Payload)
{
    /// <summary>Longest payload, characters.</summary>
    public const int PayloadLengthMax = 20_000;
}
