using System.Text.Json;
using CsCheck;
using Marketplace.Domain.Verification;

namespace Marketplace.Domain.Tests.Verification;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : [ 1 , -0, 56 ], "a" : null }""", """{"a":null,"b":[1,0,56]}""")]
    [InlineData("""{"\u20ac":"\u20ac$\u000f\nA'B\"\\/"}""", "{\"€\":\"€$\\u000f\\nA'B\\\"\\\\/\"}")]
    [InlineData("""{"true":true,"":{},"A":[]}""", """{"":{},"A":[],"true":true}""")]
    public void A_value_has_one_text(string given, string canonical) =>
        Assert.Equal(canonical, CanonicalJson.Write(CanonicalJson.Parse(given)));

    /// <summary>RFC 8785 section 3.2.3, without its number.</summary>
    [Fact]
    public void Members_are_sorted_by_UTF16_code_units()
    {
        var text = CanonicalJson.Write(CanonicalJson.Parse(
            """{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"""));

        Assert.Equal("{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}", text);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e400")]
    [InlineData("9007199254740992")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("[1,]")]
    [InlineData("nonsense")]
    [InlineData("/* */ 1")]
    public void What_has_no_canonical_form_is_refused(string given) =>
        Assert.Throws<FormatException>(() => CanonicalJson.Write(CanonicalJson.Parse(given)));

    [Fact]
    public void Writing_what_was_read_gives_the_same_text() => Gen.Dictionary(Gen.String, Gen.Long[-1000, 1000])
        .Where(members => members.Keys.All(key => key.EnumerateRunes().All(rune => rune.Value != 0xFFFD)))
        .Sample(members =>
        {
            var once = CanonicalJson.Write(CanonicalJson.Parse(JsonSerializer.Serialize(members)));
            Assert.Equal(once, CanonicalJson.Write(CanonicalJson.Parse(once)));
        });
}
