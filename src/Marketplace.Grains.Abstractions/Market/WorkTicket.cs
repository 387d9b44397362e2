using Marketplace.Domain.Devices;
using Marketplace.Domain.Market;
using Marketplace.Domain.Providers;

namespace Marketplace.Grains.Abstractions.Market;

/// <summary>A piece of work that waits for a device.</summary>
/// <param name="Work">Id of a job or a render.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Needs">What it needs.</param>
/// <param name="EnqueuedAt">Older goes first.</param>
/// <param name="Excluded">Devices that failed at it.</param>
/// <param name="Seats">
/// How many more attempts it could use side by side: 1 for a job, for a render as many as units wait. A book counts
/// down from it as devices take; so it is right at the latest when the work is told of anew.
/// </param>
/// <param name="Barred">Providers of which no device may have it; null for none.</param>
/// <param name="Model">The model that it needs; null for none.</param>
/// <param name="Scene">The scene that it needs; null for none.</param>
/// <param name="IsAudit">Whether it is an audit of a text, which agents of before do not know.</param>
/// <param name="IsBatch">Whether it gives way to work that somebody waits for.</param>
/// <param name="Only">The devices that may have it, where no others can join them; null for all.</param>
[GenerateSerializer, Immutable, Alias("WorkTicket")]
public sealed record WorkTicket(
    [property: Id(0)] string Work,
    [property: Id(1)] WorkKind Kind,
    [property: Id(2)] WorkNeeds Needs,
    [property: Id(3)] DateTimeOffset EnqueuedAt,
    [property: Id(4)] IReadOnlyList<DeviceId> Excluded,
    [property: Id(5)] int Seats,
    [property: Id(6)] IReadOnlyList<ProviderId>? Barred = null,
    [property: Id(7)] TicketModel? Model = null,
    [property: Id(8)] TicketScene? Scene = null,
    [property: Id(9)] bool IsAudit = false,
    [property: Id(10)] bool IsBatch = false,
    [property: Id(11)] IReadOnlyList<DeviceId>? Only = null)
{
    /// <summary>Whether its prompt comes as token ids, which agents of before do not know.</summary>
    [Id(14)]
    public bool IsOfTokens { get; init; }

    /// <summary>Whether its text is held to a form of calls, which agents of before do not know.</summary>
    [Id(15)]
    public bool IsOfCalls { get; init; }

    /// <summary>Whether the prompt's log-probabilities are told, which agents of before do not know.</summary>
    [Id(16)]
    public bool TellsPrompt { get; init; }
}
