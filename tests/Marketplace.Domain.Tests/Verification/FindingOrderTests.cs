using Marketplace.Domain.Verification;
using Marketplace.Testing.Verification;

namespace Marketplace.Domain.Tests.Verification;

/// <summary>Causes that need no numbers follow from what was ordered and what the device signed.</summary>
public sealed class FindingOrderTests : IDisposable
{
    private const string Stop = "stop";
    private const string Length = "length";

    private readonly SignedFindings _findings = new();

    /// <summary>Each part of a header on its own.</summary>
    [Theory]
    [InlineData("model")]
    [InlineData("profile")]
    [InlineData("prompt")]
    [InlineData("sampling")]
    [InlineData("seed")]
    [InlineData("work")]
    [InlineData("device")]
    [InlineData("id-for-file")]
    public void Another_header_is_shown_by_computing_the_ordered_one_again(string part)
    {
        var own = _findings.Header();
        var other = part switch
        {
            "model" => own with { Model = new string('1', 64) },
            "profile" => own with { Profile = "f16w-f32kv-f32acc" },
            "prompt" => own with { Prompt = [1, 6] },
            "sampling" => _findings.Header(maxTokens: 4),
            "seed" => own with { Seed = 1 },
            "work" => own with { Work = "job_other" },
            "device" => own with { Device = "b3RoZXI=" },
            "id-for-file" => own with { IsModelId = true },
            _ => throw new ArgumentOutOfRangeException(nameof(part)),
        };

        var holds = Holds(_findings.Plain(LogitVerdict.OtherHeader, Ordered(), other));

        Assert.Contains("another header", holds.Shown, StringComparison.Ordinal);
        Assert.True(holds.IsSigned);
    }

    [Fact]
    public void A_device_that_committed_to_its_order_is_not_convicted_of_another_header()
    {
        Assert.Equal("cause", Broken(_findings.Plain(LogitVerdict.OtherHeader, Ordered())).Field);

        // Nor is one that was told the model's id.
        var id = new string('7', 64);
        var byId = _findings.Header() with { Model = id, IsModelId = true };
        var finding = _findings.Plain(LogitVerdict.OtherHeader, Ordered(), byId) with { ModelId = id };
        Assert.Equal("cause", Broken(finding).Field);
    }

    [Fact]
    public void Records_that_are_none_are_shown_as_what_they_are()
    {
        var finding = _findings.Plain(LogitVerdict.OtherHeader, Ordered());
        var bytes = Convert.FromBase64String(finding.Commitment!.Records);
        bytes.AsSpan(0, 4).Fill(0xff);
        var bad = new LogitCommitment(_findings.Header().Hash(), bytes);

        var holds = Holds(_findings.Signed(finding, bad));

        Assert.Contains("below zero", holds.Shown, StringComparison.Ordinal);
    }

    /// <summary>The word the device ended with, tokens and marks; what the order allows; what the file shows.</summary>
    [Theory]
    [InlineData(Length, 3, 5, 99, "length at 3 tokens, and there is room for 5")]
    [InlineData(Length, 3, 99, 4, "length at 3 tokens, and there is room for 4")]
    [InlineData(Length, 3, 2, 99, "has 3 tokens, and there is room for 2")]
    [InlineData(Stop, 3, 3, 99, "neither a mark nor a stop string")]
    [InlineData(Length, 2, 3, 99, "ends with a mark, and says length")]
    [InlineData(Stop, 2, 2, 99, "a mark behind 2 tokens, and there is room for 2")]
    public void Another_end_is_shown_by_what_the_header_binds(
        string finish, int made, int maxTokens, int room, string shown)
    {
        var header = _findings.Header(maxTokens);
        var ordered = FindingOrder.Of(header, finish, room, made < 3 ? true : null);

        var holds = Holds(_findings.Plain(LogitVerdict.OtherEnd, ordered, header, made));

        Assert.Contains(shown, holds.Shown, StringComparison.Ordinal);
    }

    /// <summary>Of three records the first are a prompt's that is told: they are no tokens of the text.</summary>
    [Theory]
    [InlineData(Length, 2, null, 5, "length at 2 tokens, and there is room for 5")]
    [InlineData(Length, 0, null, 1, "length at 0 tokens, and there is room for 1")]
    [InlineData(Length, 1, true, 5, "ends with a mark, and says length")]
    [InlineData(Length, 2, null, 1, "has 2 tokens, and there is room for 1")]
    public void Records_of_a_prompt_that_is_told_do_not_count_at_the_end(
        string finish, int made, bool? isMark, int maxTokens, string shown)
    {
        var header = _findings.Header(maxTokens, tellsPrompt: true);
        var ordered = FindingOrder.Of(header, finish, 99, isMark);

        var holds = Holds(_findings.Plain(LogitVerdict.OtherEnd, ordered, header, made));

        Assert.Contains(shown, holds.Shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_told_prompt_whose_text_ends_where_and_as_it_says_is_convicted_by_nobodys_word()
    {
        var header = _findings.Header(maxTokens: 0, tellsPrompt: true);
        var ordered = FindingOrder.Of(header, Length, 99, null);

        Assert.Equal("cause", Broken(_findings.Plain(LogitVerdict.OtherEnd, ordered, header, made: 0)).Field);
    }

    [Fact]
    public void A_mark_that_is_none_is_no_end()
    {
        var ordered = FindingOrder.Of(_findings.Header(), Stop, 99, isMark: false);

        var holds = Holds(_findings.Plain(LogitVerdict.OtherEnd, ordered, made: 2));

        Assert.Contains("ends no text of this model", holds.Shown, StringComparison.Ordinal);
    }

    /// <summary>Who ends where and as it says is convicted by nobody's word.</summary>
    [Theory]
    [InlineData(Length, 3)]
    [InlineData(Stop, 2)]
    public void An_end_that_is_true_is_not_shown_as_another(string finish, int made)
    {
        var ordered = FindingOrder.Of(_findings.Header(), finish, 99, made < 3 ? true : null);

        Assert.Equal("cause", Broken(_findings.Plain(LogitVerdict.OtherEnd, ordered, made: made)).Field);
    }

    /// <summary>Where the letters would say, the file does not.</summary>
    [Theory]
    [InlineData(Stop, 9, "stop")]
    [InlineData(Length, 3, "stop")]
    [InlineData(Length, 9, "schema")]
    [InlineData(Length, 9, "calls")]
    public void What_takes_letters_or_a_schema_to_see_stays_the_platforms_word(
        string finish, int maxTokens, string heldBy)
    {
        var header = _findings.Header(
            maxTokens,
            heldBy == "stop" ? ["end"] : [],
            heldBy == "schema" ? "{}" : null,
            heldBy == "calls" ? "{}" : null);
        var ordered = FindingOrder.Of(header, finish, 99, null);

        Assert.Null(Holds(_findings.Plain(LogitVerdict.OtherEnd, ordered, header)).Shown);
    }

    /// <summary>The marketplace cannot say afterwards that something else was ordered.</summary>
    [Theory]
    [InlineData("sampling")]
    [InlineData("seed")]
    [InlineData("prompt")]
    public void An_order_that_the_device_did_not_bind_itself_to_convicts_nobody_of_its_end(string part)
    {
        var wrong = part switch
        {
            "sampling" => Ordered() with { Sampling = _findings.Header(maxTokens: 9).Sampling },
            "seed" => Ordered() with { Seed = "5" },
            _ => Ordered() with { PromptSha256 = new string('5', 64) },
        };

        Assert.Equal("ordered", Broken(_findings.Plain(LogitVerdict.OtherEnd, wrong)).Field);
    }

    /// <summary>Files of before it was kept hold, and show no more than they did.</summary>
    [Fact]
    public void A_file_without_what_was_ordered_holds()
    {
        var old = _findings.Plain(LogitVerdict.OtherEnd, Ordered()) with { Ordered = null };

        Assert.DoesNotContain("ordered", _findings.Write(old), StringComparison.Ordinal);
        Assert.Null(Holds(old).Shown);
    }

    public void Dispose() => _findings.Dispose();

    private FindingOrder Ordered() => FindingOrder.Of(_findings.Header(), Length, 99, null);

    private FindingVerdict.Holds Holds(Finding finding) => Assert.IsType<FindingVerdict.Holds>(Verify(finding));

    private FindingVerdict.Broken Broken(Finding finding) => Assert.IsType<FindingVerdict.Broken>(Verify(finding));

    private FindingVerdict Verify(Finding finding) =>
        new FindingCheck(_findings.Keys, SignedReceipts.Verify).Verify(_findings.Write(finding));
}
