namespace Marketplace.Ledger.Verify;

/// <summary>An invariant about single journals, judged while all of them go by in the order of their numbers.</summary>
internal interface IJournalCheck
{
    /// <summary>Looks at the next journal.</summary>
    void See(JournalLine line);
}
