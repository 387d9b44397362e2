using Marketplace.Domain.Compliance;
using Marketplace.Domain.Ledger;

namespace Marketplace.Grains.Compliance;

/// <summary>Sanctions list, risk, review queue and travel rule; section <c>Compliance</c>.</summary>
public sealed class ComplianceOptions
{
    public const string Section = "Compliance";

    /// <summary>
    /// The sanctions list: a folder with sdn.csv, alt.csv, add.csv, sdn_comments.csv and publish_date.txt
    /// (2026-01-31) or with sdn.xml or sdn_advanced.xml, or one of these XML files itself. Without it nothing is
    /// screened, which is allowed in development and over a local chain only: elsewhere payouts and wallet changes
    /// wait.
    /// </summary>
    public string? ListPath { get; set; }

    /// <summary>
    /// How old the list may be, by its publish date; beyond it payouts and wallet changes wait. Default 7 d.
    /// </summary>
    public TimeSpan ListMaxAge { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often the path is looked at for a new edition. Default 1 min.</summary>
    public TimeSpan ListLookEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Risk score, 0 to 100, from which on a payout waits for a person. Default 30.</summary>
    public int ReviewAt { get; set; } = 30;

    /// <summary>Risk score from which on a payout is stopped until two people release it. Default 70.</summary>
    public int BlockAt { get; set; } = 70;

    /// <summary>How long a case may wait for its decision. Default 24 h.</summary>
    public TimeSpan ReviewWithin { get; set; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Payouts of this many US dollars and more need the fields of the travel rule; a USDC counts as a dollar.
    /// Default 1,000.
    /// </summary>
    public decimal TravelRuleUsd { get; set; } = 1_000m;

    /// <summary>Legal name of the operator, for travel records.</summary>
    public string? OriginatorName { get; set; }

    /// <summary>Street of the operator's address.</summary>
    public string? OriginatorStreet { get; set; }

    /// <summary>Town of the operator's address.</summary>
    public string? OriginatorTown { get; set; }

    /// <summary>Country of the operator, two letters of ISO 3166-1.</summary>
    public string? OriginatorCountry { get; set; }

    /// <summary>Registration number of the operator.</summary>
    public string? OriginatorRegistrationNumber { get; set; }

    internal RiskTerms Risk => new(ReviewAt, BlockAt);

    internal Usdc TravelRuleFrom => Usdc.FromMicros((long)(TravelRuleUsd * Usdc.MicrosPerUsdc));

    internal TravelOriginator Originator => new(
        OriginatorName, OriginatorStreet, OriginatorTown, OriginatorCountry, OriginatorRegistrationNumber);

    /// <summary>What is wrong with the values, or null.</summary>
    internal string? Fault() => this switch
    {
        { ListPath: { } path } when !File.Exists(path) && !Directory.Exists(path) =>
            $"Compliance:ListPath '{path}' is no file and no folder",
        { ListMaxAge.Ticks: <= 0 } => "Compliance:ListMaxAge must be above zero",
        { ReviewWithin.Ticks: <= 0 } => "Compliance:ReviewWithin must be above zero",
        _ when ListLookEvery < TimeSpan.FromMilliseconds(10) || ListLookEvery > TimeSpan.FromDays(1) =>
            "Compliance:ListLookEvery must be 00:00:00.010 to 1.00:00:00",
        _ when ReviewAt < 1 || ReviewAt > BlockAt || BlockAt > RiskRules.PointsMax =>
            $"Compliance:ReviewAt and BlockAt must rise from 1 to {RiskRules.PointsMax}",
        { TravelRuleUsd: < 0 or > 1_000_000_000 } => "Compliance:TravelRuleUsd must be 0 to 1000000000",
        { OriginatorCountry: { } country } when country.Length != 2 || !country.All(char.IsAsciiLetterUpper) =>
            $"Compliance:OriginatorCountry '{country}' must be two capital letters",
        _ => null,
    };
}
