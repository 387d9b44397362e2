namespace Marketplace.Domain.Verification;

/// <summary>A device's <see cref="LogitCommitment"/> as a finding's file tells it.</summary>
/// <param name="Header">Hash of the header, lower-case hex.</param>
/// <param name="Records">All records, one behind the other, base64.</param>
/// <param name="Root">What follows from both, lower-case hex.</param>
public sealed record FindingCommitment(string Header, string Records, string Root)
{
    public static FindingCommitment Of(LogitCommitment commitment) => new(
        Convert.ToHexStringLower(commitment.Header),
        Convert.ToBase64String(commitment.Records),
        Convert.ToHexStringLower(commitment.Root()));
}
