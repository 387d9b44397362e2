namespace Marketplace.Domain.Payments;

/// <summary>How far a payment is at the processor.</summary>
public enum PaymentStanding
{
    /// <summary>Not decided: the customer or a bank has to do something.</summary>
    Waiting,

    /// <summary>Nobody can pay it any more.</summary>
    Canceled,

    /// <summary>The money is there.</summary>
    Succeeded,
}
