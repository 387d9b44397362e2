using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain;
using Marketplace.Domain.Payments;
using Marketplace.Grains.Abstractions.Payments;
using Marketplace.Ledger.Payments;
using Marketplace.Stripe;

namespace Marketplace.Grains.Payments;

/// <summary>
/// Stripe's messages: checked by their signature, stored once, acknowledged, and looked into later. An event is only a
/// hint that names an object; the object is read again, so that events of another API version are as good as ours.
/// </summary>
internal sealed class PaymentInbox(
    ProcessorEvents events, CardSource source, TimeProvider clock, ICheckpoint checkpoint)
{
    /// <summary>Events that one round looks into.</summary>
    public const int EventsMax = 50;

    /// <summary>How often an event is looked into before it waits for a person.</summary>
    public const int TriesMax = 40;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>Stores a message that one of our secrets has signed.</summary>
    public async Task<InboxOutcome> Take(byte[] body, string signature, CancellationToken cancel)
    {
        if (source.Cards is null)
        {
            return InboxOutcome.Off;
        }

        return source.Secrets.HaveSigned(body, signature, clock.GetUtcNow())
            ? await Store(StripeEvent.Read(body), body, cancel)
            : InboxOutcome.Forged;
    }

    /// <summary>Stores an event that was fetched, not sent. True when it was new.</summary>
    public async Task<bool> Fetched(StripeEvent told, string body, CancellationToken cancel) =>
        await Store(told, Encoding.UTF8.GetBytes(body), cancel) == InboxOutcome.Stored;

    /// <summary>Looks into what is due. Answers how many events that were.</summary>
    /// <param name="look">Has a top-up looked at; false when there is none of that id.</param>
    /// <param name="cancel">Ends the work; what is left is due later.</param>
    public async Task<int> Work(Func<TopUpId, OwnedObject, Task<bool>> look, CancellationToken cancel)
    {
        var due = await events.Due(clock.GetUtcNow(), EventsMax, cancel);

        foreach (var found in due)
        {
            try
            {
                await LookInto(found, look, cancel);
            }
            catch (StripeReadException problem) when (!problem.IsMissing)
            {
                await Postpone(found, problem.Message, cancel);
            }
            catch (Exception problem) when (problem is TimeoutException or InvalidOperationException)
            {
                await Postpone(found, problem.Message, cancel);
            }
        }

        return due.Count;
    }

    /// <summary>Has an event looked into again. False when there is none.</summary>
    public async Task<bool> Retry(string id, CancellationToken cancel)
    {
        if (await events.Find(id, cancel) is not { } found)
        {
            return false;
        }

        if (found.State == ProcessorEvents.Parked)
        {
            await events.Later(found with { Tries = 0 }, clock.GetUtcNow(), found.Note, cancel);
        }

        return true;
    }

    private async Task LookInto(
        ProcessorEvent found, Func<TopUpId, OwnedObject, Task<bool>> look, CancellationToken cancel)
    {
        OwnedObject? owned;

        try
        {
            owned = await source.Cards!.Owner(found.ObjectKind, found.ObjectId, cancel);
        }
        catch (StripeReadException problem) when (problem.IsMissing)
        {
            await events.Park(found, problem.Message, cancel);
            return;
        }

        if (owned is null || !PrefixedId.Fits(TopUpId.Prefix, owned.TopUp))
        {
            await events.Park(found, $"{found.ObjectId} names no top-up", cancel);
        }
        else if (await look(TopUpId.Parse(owned.TopUp), owned))
        {
            await events.Finish(found, found.ApiVersion == StripeCards.ApiVersion
                ? found.Note
                : $"told in {found.ApiVersion}, read in {StripeCards.ApiVersion}", cancel);
        }
        else
        {
            await events.Park(found, $"there is no top-up {owned.TopUp}", cancel);
        }
    }

    private Task Postpone(ProcessorEvent found, string why, CancellationToken cancel)
    {
        if (found.Tries >= TriesMax)
        {
            return events.Park(found, why, cancel);
        }

        var pause = TimeSpan.FromTicks(Math.Min(
            LongestPause.Ticks, FirstPause.Ticks << Math.Min(found.Tries, 12)));
        return events.Later(found, clock.GetUtcNow() + pause, why, cancel);
    }

    private async Task<InboxOutcome> Store(StripeEvent? told, byte[] body, CancellationToken cancel)
    {
        var taken = told is null ? Unreadable(body) : Read(told);

        if (!await events.Take(taken, body, cancel))
        {
            return InboxOutcome.Repeated;
        }

        checkpoint.Reach(Checkpoints.StripeEventStored);
        return InboxOutcome.Stored;
    }

    /// <summary>Signed by Stripe and yet no event that we can read: kept under its hash for a person.</summary>
    private static ProcessorEvent Unreadable(byte[] body)
    {
        var id = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(body))}";

        return new(id, "unreadable", string.Empty, string.Empty, string.Empty)
        {
            State = ProcessorEvents.Parked,
            Note = "the body is no event",
        };
    }

    private ProcessorEvent Read(StripeEvent told)
    {
        var isOurs = told.IsLive == source.Cards!.IsLive;

        return new(told.Id, told.Type, told.ApiVersion, told.ObjectKind, told.ObjectId)
        {
            State = !told.IsAboutCards ? ProcessorEvents.Done : isOurs ? ProcessorEvents.New : ProcessorEvents.Parked,
            Note = !told.IsAboutCards || isOurs ? null : $"it is {(told.IsLive ? "live" : "a test")}, our key is not",
        };
    }
}
