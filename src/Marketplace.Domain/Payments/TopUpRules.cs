using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>Decides whether a top-up may begin.</summary>
public static class TopUpRules
{
    /// <summary>Names the cap until the first top-up is paid.</summary>
    public const string FirstTopUp = "first-top-up";

    /// <summary>Names the cap of new accounts.</summary>
    public const string NewAccount = "new-account";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public static TopUpVerdict Decide(TopUpAsk ask, TopUpTerms terms)
    {
        if (ask.Amount.Value < terms.Minimum.Value || ask.Amount.Value > terms.Maximum.Value)
        {
            return new TopUpVerdict.OutOfBounds(terms.Minimum, terms.Maximum);
        }

        var lastHour = ask.Recent.Where(top => top.CreatedAt > ask.Now - Hour).ToArray();

        if (lastHour.Length >= terms.PerHour)
        {
            return new TopUpVerdict.TooMany(terms.PerHour, lastHour.Min(top => top.CreatedAt) + Hour);
        }

        if (!ask.HasPaid && Above(ask, terms.FirstCap, top => top.State < TopUpState.Failed) is { } first)
        {
            return new TopUpVerdict.AboveLimit(FirstTopUp, terms.FirstCap, first);
        }

        var isNew = ask.AccountSince + terms.NewAccountAge > ask.Now;

        return isNew && Above(ask, terms.NewAccountPerDay, top => top.CreatedAt > ask.Now - Day
            && top.State is not (TopUpState.Failed or TopUpState.Expired)) is { } left
            ? new TopUpVerdict.AboveLimit(NewAccount, terms.NewAccountPerDay, left)
            : new TopUpVerdict.Granted();
    }

    /// <summary>What a cap leaves when that is too little, else null.</summary>
    private static Cents? Above(TopUpAsk ask, Cents cap, Func<TopUp, bool> counts)
    {
        var used = ask.Recent.Where(counts).Sum(top => top.Asked.Value);
        var left = Math.Max(0, cap.Value - used);
        return ask.Amount.Value > left ? Cents.From(left) : null;
    }
}
