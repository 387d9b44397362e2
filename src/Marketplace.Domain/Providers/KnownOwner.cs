using Marketplace.Domain.Accounts;
using Marketplace.Domain.Compliance;

namespace Marketplace.Domain.Providers;

/// <summary>
/// Who owns a provider, as far as the platform was told: enough to see that two are one owner's, never enough to know
/// that they are not.
/// </summary>
/// <param name="Account">The account that opened it.</param>
/// <param name="Wallet">Where its payouts go; null when it was never told.</param>
/// <param name="Identity">Its papers; null when they were never told.</param>
public sealed record KnownOwner(AccountId Account, string? Wallet, ProviderIdentity? Identity)
{
    /// <summary>
    /// Whether one account, one wallet, one company or one person is behind both. The same both ways.
    /// </summary>
    public bool IsSameAs(KnownOwner other) =>
        Account == other.Account
        || (Wallet is not null && Wallet == other.Wallet)
        || (PaperOf(Identity) is { } paper && paper == PaperOf(other.Identity));

    /// <summary>
    /// Whether none of the others is the same owner, so that it has a voice of its own beside theirs.
    /// </summary>
    public bool IsApartFrom(IEnumerable<KnownOwner> others) => !others.Any(IsSameAs);

    /// <summary>What names one company or person and no other; null where too little was told for that.</summary>
    private static string? PaperOf(ProviderIdentity? identity) => identity switch
    {
        { IsCompany: true, RegistrationNumber: { } number, Country: { } country } =>
            $"company {Plain(country)} {Plain(number)}",
        { IsCompany: false, LegalName: { } name, DateOfBirth: { } born, Country: { } country } =>
            $"person {Plain(country)} {born:O} {Plain(name)}",
        _ => null,
    };

    private static string Plain(string text) => text.Trim().ToUpperInvariant();
}
