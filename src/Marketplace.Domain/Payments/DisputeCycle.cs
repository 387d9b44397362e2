using Marketplace.Domain.Ledger;

namespace Marketplace.Domain.Payments;

/// <summary>How a dispute moves: never back, and to an end only together with the money.</summary>
public static class DisputeCycle
{
    /// <summary>Takes over what the processor says of one dispute.</summary>
    public static TopUpStep Learn(TopUp known, DisputeFact fact)
    {
        var dispute = known.Disputes.FirstOrDefault(one => one.Id == fact.Id) ?? new CardDispute
        {
            Id = fact.Id,
            Amount = fact.Amount,
            State = DisputeState.Inquiry,
        };
        var state = After(dispute.State, Settled(fact));
        var next = dispute with
        {
            State = state,
            IsWithdrawn = dispute.IsWithdrawn || fact.IsWithdrawn,
            Reason = fact.Reason,
            EvidenceDue = fact.EvidenceDue ?? dispute.EvidenceDue,
            Evidence = fact.IsEvidenceSent ? EvidenceState.Sent : dispute.Evidence,
        };

        return new(Put(known, next)) { Journals = [.. Journals(known, dispute, next, fact.Fee)] };
    }

    /// <summary>Writes down what is done about the evidence.</summary>
    public static TopUp Tell(TopUp known, string dispute, EvidenceState evidence) =>
        known.Disputes.FirstOrDefault(one => one.Id == dispute) is { } found && found.Evidence < evidence
            ? Put(known, found with
            {
                Evidence = evidence,
                IsEvidenceStaged = found.IsEvidenceStaged || evidence == EvidenceState.Staged,
            })
            : known;

    /// <summary>
    /// Decides that evidence is sent which nobody has sent yet, when its last day is near: a bank that hears nothing
    /// decides for its customer.
    /// </summary>
    /// <param name="known">The payment.</param>
    /// <param name="now">The time.</param>
    /// <param name="before">How long before the deadline.</param>
    public static TopUp SendDue(TopUp known, DateTimeOffset now, TimeSpan before) => known.Disputes
        .Where(one => TakesEvidence(one, now)
            && one.Evidence is EvidenceState.None or EvidenceState.Staged
            && one.EvidenceDue - now <= before)
        .Aggregate(known, (next, one) => Tell(next, one.Id, EvidenceState.Sending));

    /// <summary>Whether the bank still listens.</summary>
    public static bool TakesEvidence(CardDispute dispute, DateTimeOffset now) =>
        dispute.State is DisputeState.Inquiry or DisputeState.Open
        && (dispute.EvidenceDue is not { } due || now < due);

    /// <summary>The later of two states; an end stays, and so does whatever is further.</summary>
    public static DisputeState After(DisputeState known, DisputeState told) =>
        known is DisputeState.Won or DisputeState.Lost ? known : (DisputeState)Math.Max((int)known, (int)told);

    /// <summary>A verdict counts when the money has moved as it says; until then the dispute is under review.</summary>
    private static DisputeState Settled(DisputeFact fact) => fact.State switch
    {
        DisputeState.Won when fact is { IsWithdrawn: true, IsReinstated: false } => DisputeState.UnderReview,
        DisputeState.Lost when !fact.IsWithdrawn => DisputeState.UnderReview,
        var state => state,
    };

    private static IEnumerable<Journal> Journals(TopUp known, CardDispute before, CardDispute after, Cents fee)
    {
        if (!before.IsWithdrawn && after.IsWithdrawn)
        {
            yield return CardJournals.DisputeOpened(after.Id, known.Account, after.Amount, fee);
        }

        if (!after.IsWithdrawn || before.State == after.State)
        {
            yield break;
        }

        if (after.State == DisputeState.Won)
        {
            yield return CardJournals.DisputeWon(after.Id, known.Account, after.Amount);
        }
        else if (after.State == DisputeState.Lost)
        {
            yield return CardJournals.DisputeLost(after.Id, known.Account, after.Amount);
        }
    }

    private static TopUp Put(TopUp known, CardDispute dispute) => known with
    {
        Disputes = known.Disputes.Any(one => one.Id == dispute.Id)
            ? [.. known.Disputes.Select(one => one.Id == dispute.Id ? dispute : one)]
            : [.. known.Disputes, dispute],
    };
}
