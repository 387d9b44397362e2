using Marketplace.Domain;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Ledger;
using Marketplace.Domain.Payments;
using Marketplace.Domain.Renders;
using Marketplace.Domain.Webhooks;

namespace Marketplace.Ledger.Webhooks;

/// <summary>
/// An event for webhooks, written with what it tells of. It is left out when nobody wants to hear of it, and when it
/// was written before: its id follows from what happened.
/// </summary>
/// <param name="Id">Unique for ever.</param>
/// <param name="Owner">Whose event it is: an account or a provider.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Subject">The resource.</param>
/// <param name="State">The state that it came to.</param>
/// <param name="Link">Path of the resource, or null where it has none.</param>
public sealed record NewEvent(EventId Id, string Owner, string Type, string Subject, string State, string? Link)
{
    /// <summary>The frame of a render.</summary>
    public int? Part { get; init; }

    /// <summary>The row of the register whose change this is: in that state already, nothing happened.</summary>
    internal RegisterRow? Change { get; init; }

    /// <summary>A frame of a render has a picture.</summary>
    /// <param name="render">The render.</param>
    /// <param name="account">Whose it is.</param>
    /// <param name="frame">The frame.</param>
    /// <param name="number">Counts the frame's pictures from 1: one that was made again has several.</param>
    /// <param name="isReleased">Whether the account may have the picture; else the link leads to its preview.</param>
    public static NewEvent Frame(
        RenderId render, AccountId account, int frame, int number = 1, bool isReleased = true)
    {
        var id = number == 1
            ? PrefixedId.Derive("event", EventTypes.FrameFinished, render.Value, $"{frame}")
            : PrefixedId.Derive("event", EventTypes.FrameFinished, render.Value, $"{frame}", $"{number}");

        return new(
            EventId.From(id),
            account.Value,
            EventTypes.FrameFinished,
            render.Value,
            "done",
            $"/v1/renders/{render}/frames/{frame}/{(isReleased ? "image" : "preview")}")
        {
            Part = frame,
        };
    }

    /// <summary>
    /// Money has come in over the chain, by a deposit that was announced or otherwise; none without an owner.
    /// </summary>
    public static IReadOnlyList<NewEvent> Deposit(ChainTransfer transfer, AccountId? owner, DepositId? deposit) =>
        owner is not { } account
            ? []
            :
            [
                new(
                    EventId.From(PrefixedId.Derive("event", EventTypes.DepositReceived, transfer.Key)),
                    account.Value,
                    EventTypes.DepositReceived,
                    deposit?.Value ?? transfer.Signature,
                    "received",
                    deposit is { } announced ? $"/v1/deposits/{announced}" : null),
            ];
}
