namespace Marketplace.Ledger;

/// <summary>The kinds of the register.</summary>
public static class RegisterKinds
{
    public const string Account = "account";
    public const string ApiKey = "key";
    public const string Provider = "provider";
    public const string Device = "device";
    public const string Model = "model";
    public const string Scene = "scene";
    public const string Job = "job";
    public const string Render = "render";

    /// <summary>Batches of text requests.</summary>
    public const string Batch = "batch";

    /// <summary>Files of the OpenAI files API; the state is the purpose.</summary>
    public const string File = "file";
    public const string Deposit = "deposit";
    public const string TopUp = "top-up";
    public const string CardRefund = "card-refund";
    public const string UsdcRefund = "usdc-refund";
    public const string Dispute = "dispute";

    /// <summary>Events of the card processor that wait for a person.</summary>
    public const string ParkedEvent = "parked-event";

    /// <summary>Comparisons of the books with the card processor's account of our balance.</summary>
    public const string Reconciliation = "reconciliation";
    public const string Payout = "payout";
    public const string PayoutSchedule = "payout-schedule";
    public const string Advance = "advance";
    public const string Receipt = "receipt";

    /// <summary>Results that did not stand when they were verified; owner is the provider, id the attempt.</summary>
    public const string ProofFailure = "proof-failure";

    /// <summary>Findings of checks that are kept; owner is the device, nobody once it is deleted.</summary>
    public const string Finding = "finding";

    /// <summary>Cases of the review queue.</summary>
    public const string Review = "review";
}
