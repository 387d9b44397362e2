namespace Marketplace.Domain.Compliance;

/// <summary>
/// Who a provider is, in the fields that the travel rule passes on (IVMS 101: name, address, identification). Every
/// field may be missing; <see cref="Missing"/> names those that the rule wants.
/// </summary>
[GenerateSerializer, Immutable, Alias("ProviderIdentity")]
public sealed record ProviderIdentity
{
    [Id(0)]
    public string? LegalName { get; init; }

    /// <summary>A company; else a person.</summary>
    [Id(1)]
    public bool IsCompany { get; init; }

    [Id(2)]
    public string? Street { get; init; }

    [Id(3)]
    public string? Town { get; init; }

    /// <summary>Two letters of ISO 3166-1.</summary>
    [Id(4)]
    public string? Country { get; init; }

    /// <summary>Of a person.</summary>
    [Id(5)]
    public DateOnly? DateOfBirth { get; init; }

    /// <summary>Of a company.</summary>
    [Id(6)]
    public string? RegistrationNumber { get; init; }

    /// <summary>Whether the provider itself has the wallet's key; null: not told.</summary>
    [Id(7)]
    public bool? IsSelfHosted { get; init; }

    /// <summary>Who has the wallet's key when the provider has not.</summary>
    [Id(8)]
    public string? Custodian { get; init; }

    /// <summary>The fields, by their names on the wire, that the travel rule wants and that are not told.</summary>
    public IReadOnlyList<string> Missing() =>
    [
        .. Need("legalName", LegalName is not null),
        .. Need("street", Street is not null),
        .. Need("town", Town is not null),
        .. Need("country", Country is not null),
        .. Need("dateOfBirth", IsCompany || DateOfBirth is not null),
        .. Need("registrationNumber", !IsCompany || RegistrationNumber is not null),
        .. Need("selfHosted", IsSelfHosted is not null),
        .. Need("custodian", IsSelfHosted != false || Custodian is not null),
    ];

    private static IEnumerable<string> Need(string field, bool isTold) => isTold ? [] : [field];
}
