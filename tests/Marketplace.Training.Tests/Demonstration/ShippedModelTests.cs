using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Training.Corpus;
using Marketplace.Training.Runs;

namespace Marketplace.Training.Tests.Demonstration;

/// <summary>The model that the repository ships is the documented one and writes simple English.</summary>
public sealed class ShippedModelTests : IDisposable
{
    private const long BytesMax = 8 << 20;
    private const string Prompt = "Once upon a time";

    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "demo-model");

    /// <summary>Recorded once, of the final file.</summary>
    private static readonly JsonElement Recorded =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "recorded.json"))).RootElement;

    private static readonly string Sha256 = Recorded.GetProperty("sha256").GetString()!;
    private static readonly string Id = Recorded.GetProperty("modelId").GetString()!;
    private static readonly string Golden = Recorded.GetProperty("text").GetString()!;

    private readonly LlamaModel _model = LlamaModel.Open(Path.Combine(Folder, "fireside.gguf"));
    private readonly HostDevice _device = new(2);

    public void Dispose()
    {
        _device.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void The_file_is_the_documented_one()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Folder, "fireside.gguf"));
        var card = File.ReadAllText(Path.Combine(Folder, "README.md"));

        Assert.True(bytes.Length <= BytesMax, $"{bytes.Length} bytes");
        Assert.Equal(Sha256, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Assert.Equal(Id, _model.Id.ToString());
        Assert.Contains(Sha256, card, StringComparison.Ordinal);
        Assert.Contains(Id, card, StringComparison.Ordinal);
        Assert.Contains(Golden, card, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_shape_and_tokens_are_those_of_its_recipe()
    {
        var recipe = TrainingRecipe.Read(Path.Combine(Folder, "recipe.json"));
        var data = new TrainingData(recipe);
        var story = new StoryWriter(recipe.Seed).Write(-1);

        // Readers give every model room for 512 positions at least.
        Assert.Equal(recipe.ShapeOf(data.Vocabulary.Count) with { Context = 512 }, _model.Shape);
        Assert.Equal(recipe.TensorFormat, _model.WeightFormat);
        Assert.Equal(data.Vocabulary.Tokenizer.Encode(story), _model.Tokenizer.Encode(story));
    }

    [Fact]
    public void At_temperature_0_it_writes_the_recorded_text() => Assert.Equal(Golden, Write(temperature: 0, seed: 1));

    /// <summary>A word that is cut by the limit on tokens, or made of two, is not counted against many right ones.</summary>
    [Fact]
    public void It_writes_words_of_its_corpus()
    {
        var texts = Enumerable.Range(1, 8).Select(seed => Write(temperature: 0.7, (ulong)seed)).ToArray();
        var words = texts.SelectMany(StoryWriter.WordsOf).ToArray();
        var known = words.Count(StoryWriter.Words.Contains);

        Assert.True(known >= words.Length * 0.98, $"{known} of {words.Length}: {string.Join('\n', texts)}");
        Assert.True(words.Length >= 8 * 40, $"{words.Length} words");
        Assert.True(words.Distinct(StringComparer.Ordinal).Count() >= 80, string.Join('\n', texts));
        Assert.Equal(texts.Length, texts.Distinct(StringComparer.Ordinal).Count());
    }

    /// <summary>A story is about one or two people; a model that draws every name anew has many.</summary>
    [Fact]
    public void A_story_keeps_its_people()
    {
        var names = Lexicon.GirlNames.Concat(Lexicon.BoyNames).Select(name => name.ToLowerInvariant())
            .ToHashSet(StringComparer.Ordinal);
        var people = Enumerable.Range(1, 8)
            .Select(seed => StoryWriter.WordsOf(Write(temperature: 0.7, (ulong)seed)).Where(names.Contains).ToArray())
            .ToArray();

        Assert.All(people, one => Assert.True(one.Length >= 5, string.Join(' ', one)));
        Assert.All(people, one => Assert.InRange(one.Distinct(StringComparer.Ordinal).Count(), 1, 3));
        Assert.True(people.Count(one => one.Distinct(StringComparer.Ordinal).Count() <= 2) >= 6);
    }

    private string Write(double temperature, ulong seed)
    {
        using var engine = new InferenceEngine(_model, _device);
        using var text = engine.Begin(new(Prompt, 120, temperature, seed, []));
        return Prompt + string.Concat(text.Tokens(TestContext.Current.CancellationToken).Select(token => token.Text));
    }
}
