using System.Text;

namespace Marketplace.Testing.Compliance;

/// <summary>Names of people who do not exist, made from syllables by a seed.</summary>
public sealed class MadeNames(int seed)
{
    private const string Onsets = "bcdfghjklmnprstvyz";
    private const string Vowels = "aeiou";
    private const int GivenNames = 300;

    private static readonly string[] Codas = ["", "", "", "n", "r", "l", "s", "m", "k", "t", "sh", "nd"];

    private static readonly string[] Given =
        [.. Enumerable.Range(0, GivenNames).Select(number => Word(new Random(number), 2))];

    private readonly Random _random = new(seed);

    public Random Random => _random;

    /// <summary>A given name and one or two family names.</summary>
    public string Person()
    {
        var family = _random.Next(4) == 0 ? $"{Family()} {Family()}" : Family();
        return $"{Given[_random.Next(Given.Length)]} {family}";
    }

    public string Company() => $"{Family()} {Family()} {(_random.Next(2) == 0 ? "Trading" : "Shipping")} Co. Ltd";

    /// <summary>The name with one letter changed, added, left out, or swapped with the next.</summary>
    public string WithTypo(string name)
    {
        var letters = new StringBuilder(name);
        int at;

        do
        {
            at = _random.Next(name.Length - 1);
        }
        while (!char.IsLetter(name[at]) || !char.IsLetter(name[at + 1]) || name[at] == name[at + 1]);

        var other = (char)('a' + ((char.ToLowerInvariant(name[at]) - 'a' + 1 + _random.Next(25)) % 26));

        switch (_random.Next(4))
        {
            case 0:
                letters[at] = other;
                break;
            case 1:
                letters.Insert(at, other);
                break;
            case 2:
                letters.Remove(at, 1);
                break;
            default:
                (letters[at], letters[at + 1]) = (letters[at + 1], letters[at]);
                break;
        }

        return letters.ToString();
    }

    private string Family() => Word(_random, 2 + _random.Next(3));

    private static string Word(Random random, int syllables)
    {
        var word = new StringBuilder();

        for (var at = 0; at < syllables; at++)
        {
            word.Append(Onsets[random.Next(Onsets.Length)])
                .Append(Vowels[random.Next(Vowels.Length)])
                .Append(Codas[random.Next(Codas.Length)]);
        }

        word[0] = char.ToUpperInvariant(word[0]);
        return word.ToString();
    }
}
