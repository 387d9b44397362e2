using System.Collections.Frozen;

namespace Marketplace.Domain.Compliance;

/// <summary>
/// A list made ready for questions. A name reaches a band only where two words are alike enough, so only listed names
/// with such a word are weighed: words are kept by the sound of their first letter, and by what a slip of the first
/// letter leaves of them. What is left out could not have been a hit.
/// </summary>
public sealed class SanctionsScreen
{
    /// <summary>Most hits of one question, the likeliest first.</summary>
    public const int HitsMax = 20;

    private readonly FrozenDictionary<string, IReadOnlyList<(ListedParty Party, string Address)>> _addresses;
    private readonly List<(ListedParty Party, string Name, IReadOnlyList<string> Tokens)> _names = [];
    private readonly FrozenDictionary<int, ListedWord[]> _bySound;
    private readonly FrozenDictionary<string, int[]> _namesWith;
    private readonly FrozenDictionary<string, string[]> _byTail;

    public SanctionsScreen(SanctionsList list)
    {
        List = list;
        var namesWith = new Dictionary<string, List<int>>(StringComparer.Ordinal);

        foreach (var party in list.Parties)
        {
            foreach (var name in party.Aliases.Prepend(party.Name).Distinct(StringComparer.Ordinal))
            {
                var tokens = NameTokens.Of(name);

                foreach (var token in tokens.Distinct(StringComparer.Ordinal))
                {
                    if (!namesWith.TryGetValue(token, out var places))
                    {
                        namesWith.Add(token, places = []);
                    }

                    places.Add(_names.Count);
                }

                _names.Add((party, name, tokens));
            }
        }

        _namesWith = namesWith.ToFrozenDictionary(
            pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal);
        _bySound = namesWith.Keys.GroupBy(token => PhoneticGroup.Of(token[0]))
            .ToFrozenDictionary(group => group.Key, group => group.Select(ListedWord.Of).ToArray());
        _byTail = namesWith.Keys.Where(token => token.Length > 1)
            .GroupBy(token => token[1..], StringComparer.Ordinal)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        _addresses = list.Parties
            .SelectMany(party => party.Addresses.Select(address => (party, address.Value)))
            .GroupBy(pair => ListedAddress.KeyOf(pair.Value), StringComparer.Ordinal)
            .ToFrozenDictionary(
                group => group.Key,
                group => (IReadOnlyList<(ListedParty, string)>)[.. group.Select(pair => (pair.party, pair.Value))],
                StringComparer.Ordinal);
    }

    public SanctionsList List { get; }

    /// <summary>Who on the list has this address, whatever currency the list names it under.</summary>
    public IReadOnlyList<ScreenHit> Wallet(string address) =>
        _addresses.TryGetValue(ListedAddress.KeyOf(address), out var found)
            ?
            [
                .. found.Take(HitsMax).Select(hit => new ScreenHit(
                    hit.Party.Id, ScreenHit.WalletField, address, hit.Address, 1, hit.Party.Programs)),
            ]
            : [];

    /// <summary>Who on the list has a name like this one, the likeliest first; each party once.</summary>
    public IReadOnlyList<ScreenHit> Name(string name)
    {
        var tokens = NameTokens.Of(name);

        return
        [
            .. Candidates(tokens)
                .Select(place => (Place: place, Likeness: NameLikeness.Of(tokens, _names[place].Tokens)))
                .Where(found => found.Likeness >= ScreenBands.DueDiligenceFrom)
                .GroupBy(found => _names[found.Place].Party.Id, StringComparer.Ordinal)
                .Select(group => group.MaxBy(found => found.Likeness))
                .OrderByDescending(found => found.Likeness)
                .ThenBy(found => found.Place)
                .Take(HitsMax)
                .Select(found => new ScreenHit(
                    _names[found.Place].Party.Id,
                    ScreenHit.NameField,
                    name,
                    _names[found.Place].Name,
                    found.Likeness,
                    _names[found.Place].Party.Programs)),
        ];
    }

    /// <summary>
    /// Listed names that could reach the lowest band: the letters of their words with a partner, all of them taken for
    /// equal, are enough of the letters of both. Bounded by the names of the list.
    /// </summary>
    private IEnumerable<int> Candidates(IReadOnlyList<string> tokens)
    {
        var asked = tokens.Sum(token => token.Length);
        var covers = new Dictionary<int, Cover>();

        for (var at = 0; at < tokens.Count; at++)
        {
            foreach (var listed in Alike(tokens[at]))
            {
                foreach (var place in _namesWith[listed])
                {
                    covers[place] = covers.GetValueOrDefault(place, Cover.None)
                        .With(at, tokens[at].Length, listed.Length);
                }
            }
        }

        return covers
            .Where(pair => pair.Value.Asked + pair.Value.Listed
                >= ScreenBands.DueDiligenceFrom * (asked + pair.Value.Listed))
            .Select(pair => pair.Key);
    }

    /// <summary>Listed words that can be a pair with this one.</summary>
    private HashSet<string> Alike(string token)
    {
        var asked = ListedWord.Of(token);
        var alike = new HashSet<string>(StringComparer.Ordinal);

        if (_bySound.TryGetValue(PhoneticGroup.Of(token[0]), out var sound))
        {
            foreach (var listed in sound)
            {
                if (asked.MayBeLike(listed)
                    && TokenLikeness.Of(token, listed.Text) >= ScreenBands.DueDiligenceFrom)
                {
                    alike.Add(listed.Text);
                }
            }
        }

        alike.UnionWith(HeadTypos(token).Where(
            listed => TokenLikeness.Of(token, listed) >= ScreenBands.DueDiligenceFrom));
        return alike;
    }

    /// <summary>Listed words that one slip at the front tells from this one.</summary>
    private IEnumerable<string> HeadTypos(string token)
    {
        if (token.Length < 2)
        {
            return [];
        }

        var swapped = $"{token[1]}{token[0]}{token[2..]}";
        return Tail(token[1..]).Concat(Tail(token)).Concat(Exact(token[1..])).Concat(Exact(swapped));

        string[] Tail(string tail) => _byTail.TryGetValue(tail, out var found) ? found : [];

        string[] Exact(string word) => _namesWith.ContainsKey(word) ? [word] : [];
    }

    /// <summary>Letters of a listed name that have a partner, by the longest partner of each asked word.</summary>
    private readonly record struct Cover(int Token, int Asked, int Listed, int Longest)
    {
        public static readonly Cover None = new(-1, 0, 0, 0);

        public Cover With(int token, int asked, int listed) => token == Token
            ? this with { Listed = Listed - Longest + Math.Max(Longest, listed), Longest = Math.Max(Longest, listed) }
            : new(token, Asked + asked, Listed + listed, listed);
    }
}
