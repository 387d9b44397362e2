using Marketplace.Domain.Accounts;

namespace Marketplace.Api.Http;

/// <summary>Scopes of a key as words of JSON.</summary>
internal static class Scopes
{
    private static readonly ApiKeyScopes[] All =
    [
        ApiKeyScopes.Renter, ApiKeyScopes.Provider, ApiKeyScopes.Admin, ApiKeyScopes.Compliance, ApiKeyScopes.Finance,
    ];

    public static string[] Show(ApiKeyScopes scopes) =>
        [.. All.Where(scope => scopes.HasFlag(scope)).Select(Word)];

    /// <summary>Reads the words; unknown ones and an empty list are faults.</summary>
    public static ApiKeyScopes Read(IReadOnlyList<string> words, Faults faults)
    {
        var scopes = ApiKeyScopes.None;

        foreach (var word in words)
        {
            var scope = All.FirstOrDefault(known => Word(known) == word);

            if (scope == ApiKeyScopes.None)
            {
                faults.Add("scopes", $"'{word}' is no scope: renter, provider, admin, compliance or finance");
            }

            scopes |= scope;
        }

        if (words.Count == 0)
        {
            faults.Add("scopes", "is empty: name at least one of renter, provider, admin, compliance, finance");
        }

        return scopes;
    }

    private static string Word(ApiKeyScopes scope) => scope.ToString().ToLowerInvariant();
}
