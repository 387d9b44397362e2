namespace Marketplace.Domain.Compliance;

/// <summary>
/// Letters that sound alike at the start of a word, after Soundex: Qadhafi and Gaddafi are compared, Smith and Jones
/// are not.
/// </summary>
internal static class PhoneticGroup
{
    /// <summary>The group's number; a letter of another script is a group of its own.</summary>
    public static int Of(char letter) => letter switch
    {
        'a' or 'e' or 'i' or 'o' or 'u' or 'y' or 'h' => 1,
        'b' or 'p' or 'f' or 'v' or 'w' => 2,
        'c' or 'k' or 'q' or 'g' or 'j' or 'x' => 3,
        's' or 'z' => 4,
        'd' or 't' => 5,
        'm' or 'n' => 6,
        'l' => 7,
        'r' => 8,
        _ => letter,
    };
}
