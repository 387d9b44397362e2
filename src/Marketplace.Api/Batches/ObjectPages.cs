using Marketplace.Api.Http;
using Marketplace.Domain.Accounts;
using Marketplace.Grains.Abstractions.Ledger;

namespace Marketplace.Api.Batches;

/// <summary>Lists that are paged by the id of their last object, as OpenAI's clients do.</summary>
internal static class ObjectPages
{
    /// <summary>Objects that are walked over for a list that runs oldest first.</summary>
    public const int WalkedMax = 10_000;

    private const int StepMax = 100;

    /// <summary>So many objects after this one, and whether more follow.</summary>
    /// <exception cref="InvalidFieldException">There is no such object of the account.</exception>
    public static async Task<(IReadOnlyList<ListItem> Items, bool HasMore)> Read(
        IGrainFactory grains,
        (string Kind, AccountId Account, string? State) of,
        (string? After, int Limit, bool IsOldestFirst) page)
    {
        var list = grains.GetGrain<IStatementGrain>(0);
        var after = page.After is null ? null : await list.Place(of.Kind, of.Account, page.After);

        if (page.After is not null && after is null)
        {
            throw new InvalidFieldException("after", "is no id of this list");
        }

        var walked = await Walk(
            list, of, page.IsOldestFirst ? null : after, page.IsOldestFirst ? WalkedMax : page.Limit + 1);

        if (page.IsOldestFirst)
        {
            // The register runs newest first: what comes before the object there comes after it here.
            walked = [.. walked.TakeWhile(item => item.Id != page.After).Reverse()];
        }

        return ([.. walked.Take(page.Limit)], walked.Count > page.Limit);
    }

    private static async Task<List<ListItem>> Walk(
        IStatementGrain list, (string Kind, AccountId Account, string? State) of, long? before, int wanted)
    {
        var found = new List<ListItem>();

        do
        {
            var step = Math.Min(StepMax, wanted - found.Count);
            var page = await list.List(of.Kind, new(of.Account.Value, of.State, before, step));
            found.AddRange(page.Data);
            before = page.Next;
        }
        while (before is not null && found.Count < wanted);

        return found;
    }
}
