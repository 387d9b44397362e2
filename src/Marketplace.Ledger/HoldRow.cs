namespace Marketplace.Ledger;

/// <summary>A hold under lock; open until it is posted or voided, once only.</summary>
internal sealed class HoldRow(string id, long accountId, long amount, string state)
{
    public const string Open = "open";
    public const string Posted = "posted";
    public const string Voided = "voided";

    public string Id => id;

    public long AccountId => accountId;

    public long Amount => amount;

    public string State { get; private set; } = state;

    public bool IsNew { get; init; }

    /// <summary>The last journal of the entry that used it up.</summary>
    public CommandRow? PostedBy { get; private set; }

    public bool IsResolvedNow { get; private set; }

    /// <summary>The account's name.</summary>
    public required string AccountName { get; init; }

    public bool Is(NewHold wanted) => Amount == wanted.Amount && AccountName == wanted.Account.Name;

    public void Resolve(CommandRow? postedBy)
    {
        State = postedBy is null ? Voided : Posted;
        PostedBy = postedBy;
        IsResolvedNow = true;
    }
}
