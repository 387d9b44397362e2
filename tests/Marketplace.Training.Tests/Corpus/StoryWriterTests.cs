using System.Text.RegularExpressions;
using Marketplace.Training.Corpus;

namespace Marketplace.Training.Tests.Corpus;

public sealed class StoryWriterTests
{
    private const int Stories = 2_000;

    private static readonly string[] Written = [.. Enumerable.Range(0, Stories).Select(new StoryWriter(7).Write)];

    [Fact]
    public void The_same_seed_tells_the_same_story_and_another_seed_another()
    {
        Assert.Equal(Written[12], new StoryWriter(7).Write(12));
        Assert.NotEqual(Written[12], new StoryWriter(8).Write(12), StringComparer.Ordinal);
        Assert.True(Written.Distinct(StringComparer.Ordinal).Count() > Stories * 0.99);
    }

    [Fact]
    public void No_slot_is_left_open() =>
        Assert.All(Written, story => Assert.DoesNotMatch(@"[{}]|  | [.,!?]|^\s|\s$", story));

    [Fact]
    public void A_slot_without_a_filling_is_refused() => Assert.Throws<FormatException>(
        () => StoryWriter.Fill("a {thnig}", new Dictionary<string, string>(StringComparer.Ordinal)));

    [Fact]
    public void Articles_agree() => Assert.All(Written, story =>
    {
        Assert.DoesNotMatch(new Regex(@"\ba [aeiou]", RegexOptions.IgnoreCase, TimeSpan.FromMinutes(1)), story);
        Assert.DoesNotMatch(new Regex(@"\ban [^aeiou]", RegexOptions.IgnoreCase, TimeSpan.FromMinutes(1)), story);
    });

    /// <summary>Friends and animals are named or "it": every pronoun of a person is the hero's.</summary>
    [Fact]
    public void A_story_has_the_pronouns_of_one_hero() => Assert.All(Written, story =>
    {
        var words = StoryWriter.WordsOf(story).ToHashSet(StringComparer.Ordinal);
        Assert.False(words.Overlaps(["he", "him", "his"]) && words.Overlaps(["she", "her"]), story);
    });

    [Fact]
    public void Every_word_is_in_the_corpuss_vocabulary_and_most_of_the_vocabulary_is_told()
    {
        var told = Written.SelectMany(StoryWriter.WordsOf).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(told.Except(StoryWriter.Words, StringComparer.Ordinal));
        Assert.True(told.Count >= StoryWriter.Words.Count - 2, $"{told.Count} of {StoryWriter.Words.Count}");
    }

    [Fact]
    public void Sentences_begin_with_a_capital() => Assert.All(
        Written, story => Assert.DoesNotMatch(@"(^|[.] )[a-z]", story));
}
