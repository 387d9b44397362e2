using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;
using Marketplace.Compute.Inference.Tokenizers;

namespace Marketplace.Compute.Inference.Tests.Tokenizers;

/// <summary>Unicode's composed form; pairs are of Annex 15 and its NormalizationTest.txt.</summary>
public class CanonicalFormTests
{
    // Letters with and without accents, marks of several classes, Hangul, excluded pairs, and beyond the basic plane.
    private static readonly int[] Lively =
    [
        'a', 'e', 's', ' ', 0xC5, 0x1E69, 0x212B, 0x2126, 0x300, 0x301, 0x307, 0x308, 0x323, 0x327, 0x345, 0x344, 0x0F71, 0x0F73,
        0x5D0, 0x5B7, 0xFB2E, 0x915, 0x93C, 0x958, 0x1100, 0x1161, 0x11A8, 0xAC00, 0xAC01, 0x3099, 0x30AB, 0x1D15E, 0x110BA, 0x110B9,
        0x1F648,
    ];

    private static readonly Gen<string> Texts = Gen.Int[0, Lively.Length - 1].Array[0, 24]
        .Select(places => string.Concat(places.Select(at => char.ConvertFromUtf32(Lively[at]))));

    [Theory]
    [InlineData("0041 030A", "00C5")]
    [InlineData("212B", "00C5")]
    [InlineData("2126", "03A9")]
    [InlineData("0073 0307 0323", "1E69")]
    [InlineData("1E63 0307", "1E69")]
    [InlineData("1E9B 0323", "1E9B 0323")]
    [InlineData("0061 0327 0301", "00E1 0327")]
    [InlineData("0061 0315 0300 05AE 0062", "00E0 05AE 0315 0062")]
    [InlineData("0344", "0308 0301")]
    [InlineData("0958", "0915 093C")]
    [InlineData("FB2E", "05D0 05B7")]
    [InlineData("1100 1161", "AC00")]
    [InlineData("1100 1161 11A8", "AC01")]
    [InlineData("AC00 11A8", "AC01")]
    [InlineData("AC00 11A7", "AC00 11A7")]
    [InlineData("1100 AC00 11A8", "1100 AC01")]
    [InlineData("0B47 0300 0B3E", "0B47 0300 0B3E")]
    [InlineData("1100 0300 1161", "1100 0300 1161")]
    [InlineData("110B9 110BA", "110BA 110B9")]
    [InlineData("11099 110BA", "1109A")]
    [InlineData("1D15E", "1D157 1D165")]
    [InlineData("F900", "8C48")]
    [InlineData("30AB 3099", "30AC")]
    [InlineData("0F73", "0F71 0F72")]
    public void Code_points_become_the_composed_form(string source, string composed) =>
        Assert.Equal(composed, Codes(CanonicalForm.Compose(Text(source))));

    [Fact]
    public void What_is_composed_once_stays() => Gen.OneOf(Texts, Gen.String[0, 40].Where(IsWellFormed)).Sample(text =>
        CanonicalForm.Compose(text) is var once && CanonicalForm.Compose(once) == once, iter: 3_000);

    [Fact]
    public void The_parts_compose_to_what_the_whole_does() => Texts.Sample(text =>
    {
        var whole = CanonicalForm.Compose(text);
        var apart = string.Concat(whole.EnumerateRunes().Select(rune => CanonicalData.Unicode.Apart(rune.Value) is { IsEmpty: false } parts
            ? string.Concat(parts.ToArray().Select(char.ConvertFromUtf32))
            : rune.ToString()));

        return CanonicalForm.Compose(apart) == whole;
    }, iter: 3_000);

    [Fact]
    public void Marks_of_different_classes_may_come_in_any_order() =>
        Gen.Shuffle(new[] { 0x301, 0x323, 0x327, 0x345, 0x5B7 }).Sample(marks =>
            CanonicalForm.Compose("a" + string.Concat(marks.Select(char.ConvertFromUtf32)))
                == CanonicalForm.Compose("a\u05B7\u0327\u0323\u0301\u0345"));

    [Fact]
    public void ASCII_stays_and_is_not_copied() => Gen.String[Gen.Char['\0', '\x7F'], 0, 200].Sample(text =>
        ReferenceEquals(text, CanonicalForm.Compose(text)));

    [Theory]
    [InlineData("\u0301\u0323")]
    [InlineData("a\u0301")]
    [InlineData("\u1100\u1161\u11A8")]
    [InlineData("\u0344")]
    [InlineData("\u0390")]
    public void A_million_characters_of_marks_take_no_quadratic_time(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, SentencePieceTokenizer.CharactersMax / part.Length));
        var clock = Stopwatch.GetTimestamp();

        var composed = CanonicalForm.Compose(text);

        Assert.True(Stopwatch.GetElapsedTime(clock) < TimeSpan.FromSeconds(30));
        Assert.InRange(composed.Length, 1, 2 * text.Length);
    }

    private static bool IsWellFormed(string text) => text == Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string Text(string codes) => string.Concat(codes.Split(' ')
        .Select(code => char.ConvertFromUtf32(int.Parse(code, NumberStyles.HexNumber, CultureInfo.InvariantCulture))));

    private static string Codes(string text) => string.Join(
        ' ', text.EnumerateRunes().Select(rune => rune.Value.ToString("X4", CultureInfo.InvariantCulture)));
}
