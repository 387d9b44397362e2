namespace Marketplace.Domain.Compliance;

/// <summary>
/// Latin letters without their accents. A table of our own, since the host runs without the system's language data and
/// normalizing changes nothing there. Made from the decompositions of Unicode 15.
/// </summary>
internal static class LatinLetters
{
    private const char FirstFrom = '\u00C0';
    private const char FirstTo = '\u024F';
    private const char SecondFrom = '\u1E00';
    private const char SecondTo = '\u1EFF';

    private const string First =
        "aaaaaaæceeeeiiiiðnooooo×øuuuuyþßaaaaaaæceeeeiiiiðnooooo÷øuuuuyþyaaaaaaccccccccdd"
        + "đđeeeeeeeeeegggggggghhħħiiiiiiiiiıiijjkkĸllllllllłłnnnnnnŉŋŋooooooœœrrrrrrssssss"
        + "ssttttŧŧuuuuuuuuuuuuwwyyyzzzzzzsƀɓƃƃƅƅɔƈƈɖɗƌƌƍǝəɛƒƒɠɣƕɩɨƙƙƚƛɯɲƞɵooƣƣƥƥʀƨƨʃƪƫƭƭʈu"
        + "uʊʋƴƴƶƶʒƹƹƺƻƽƽƾƿǀǁǂǃdddlllnnnaaiioouuuuuuuuuuǝaaaaǣǣǥǥggkkooooǯǯjdddggƕƿnnaaǽǽǿǿ"
        + "aaaaeeeeiiiioooorrrruuuussttȝȝhhƞȡȣȣȥȥaaeeooooooooyyȴȵȶȷȸȹⱥȼȼƚⱦȿɀɂɂƀʉʌɇɇɉɉɋɋɍɍɏɏ";

    private const string Second =
        "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooo"
        + "oooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwyasẜẝßẟ"
        + "aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuu"
        + "uuyyyyyyyyỻỻỽỽỿỿ";

    /// <summary>The letter in lower case without its accent; any other character as it is, in lower case.</summary>
    public static char Plain(char letter) => letter switch
    {
        >= FirstFrom and <= FirstTo => First[letter - FirstFrom],
        >= SecondFrom and <= SecondTo => Second[letter - SecondFrom],
        _ => char.ToLowerInvariant(letter),
    };
}
