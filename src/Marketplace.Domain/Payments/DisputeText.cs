namespace Marketplace.Domain.Payments;

/// <summary>What is told to a bank, by the processor's fields.</summary>
/// <param name="Delivered">What the customer got; <see cref="DisputeEvidence.Write"/>.</param>
/// <param name="AccessLog">How the account was used; <see cref="DisputeEvidence.WriteAccess"/>.</param>
public sealed record DisputeText(string Delivered, string AccessLog);
