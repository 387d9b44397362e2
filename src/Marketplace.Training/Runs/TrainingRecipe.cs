using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Compute.Inference.Gguf;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Training.Optimizers;

namespace Marketplace.Training.Runs;

/// <summary>
/// Everything that a trained model depends on, as a JSON file; a field that is missing, unknown or out of range is
/// refused by name.
/// </summary>
public sealed record TrainingRecipe
{
    private const int DimensionMax = 1_024;
    private const int StepsMax = 10_000_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        PropertyNameCaseInsensitive = false,
    };

    /// <summary>Stands in the file as <c>general.name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Of the stories and of the first weights.</summary>
    public required int Seed { get; init; }

    public required int Dimension { get; init; }

    public required int FeedForward { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int KeyValueHeads { get; init; }

    /// <summary>Positions; a longer story is cut.</summary>
    public required int Context { get; init; }

    /// <summary>Pieces of the vocabulary besides the 3 control tokens and 256 bytes.</summary>
    public required int Pieces { get; init; }

    /// <summary>Stories that the pieces are counted in.</summary>
    public required int TokenizerStories { get; init; }

    /// <summary>Stories a step.</summary>
    public required int Batch { get; init; }

    public required int Steps { get; init; }

    public required int WarmUpSteps { get; init; }

    public required float LearningRate { get; init; }

    public required float LearningRateLeast { get; init; }

    public required float Beta1 { get; init; }

    public required float Beta2 { get; init; }

    public required float WeightDecay { get; init; }

    /// <summary>Longest gradient that is not scaled down.</summary>
    public required float GradientNormMax { get; init; }

    /// <summary>Steps between two checkpoints and between two losses on stories that are not trained on.</summary>
    public required int CheckpointEvery { get; init; }

    /// <summary>Of the matrices: <c>F32</c>, <c>F16</c> or <c>Q8_0</c>.</summary>
    public required string Format { get; init; }

    internal TensorFormat TensorFormat => Format switch
    {
        "F32" => TensorFormat.F32,
        "F16" => TensorFormat.F16,
        _ => TensorFormat.Q8,
    };

    /// <summary>Names what was trained: a checkpoint goes on under the same one only.</summary>
    internal byte[] Hash => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this, Json));

    internal CosineSchedule Schedule => new(LearningRate, LearningRateLeast, WarmUpSteps, Steps);

    internal AdamWOptions Optimizer => new(Beta1, Beta2, WeightDecay);

    /// <exception cref="RecipeException">It is no recipe; names the field.</exception>
    public static TrainingRecipe Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (IOException fault)
        {
            throw new RecipeException($"recipe {path}: {fault.Message}", fault);
        }
    }

    /// <exception cref="RecipeException">It is no recipe; names the field.</exception>
    internal static TrainingRecipe Parse(string json)
    {
        try
        {
            var recipe = JsonSerializer.Deserialize<TrainingRecipe>(json, Json)
                ?? throw new RecipeException("the recipe is null, allowed is an object");
            recipe.Check();
            return recipe;
        }
        catch (JsonException fault)
        {
            throw new RecipeException($"the recipe cannot be read: {fault.Message}", fault);
        }
    }

    internal LlamaShape ShapeOf(int vocabulary) => new()
    {
        Dimension = Dimension,
        FeedForward = FeedForward,
        Layers = Layers,
        Heads = Heads,
        KeyValueHeads = KeyValueHeads,
        Vocabulary = vocabulary,
        Context = Context,
        NormEpsilon = 1e-5f,
        RopeBase = 10_000f,
    };

    private void Check()
    {
        InRange("dimension", Dimension, 2, DimensionMax);
        InRange("feedForward", FeedForward, 1, 4 * DimensionMax);
        InRange("layers", Layers, 1, 64);
        InRange("heads", Heads, 1, 64);
        InRange("keyValueHeads", KeyValueHeads, 1, Heads);
        InRange("context", Context, 2, 4_096);
        InRange("pieces", Pieces, 1, 32_768);
        InRange("tokenizerStories", TokenizerStories, 1, 100_000);
        InRange("batch", Batch, 1, 1_024);
        InRange("steps", Steps, 1, StepsMax);
        InRange("warmUpSteps", WarmUpSteps, 0, Steps);
        InRange("checkpointEvery", CheckpointEvery, 1, StepsMax);
        InRange("learningRate", LearningRate, 0, 1);
        InRange("learningRateLeast", LearningRateLeast, 0, LearningRate);
        InRange("beta1", Beta1, 0, 0.9999f);
        InRange("beta2", Beta2, 0, 0.9999f);
        InRange("weightDecay", WeightDecay, 0, 1);
        InRange("gradientNormMax", GradientNormMax, 1e-6f, 1e6f);
        Expect(Name.Length is > 0 and <= 100, "name", $"of {Name.Length} characters", "1 to 100");
        Expect(
            Dimension % (2 * Heads) == 0, "dimension", $"{Dimension}", $"a multiple of two times heads, {2 * Heads}");
        Expect(Heads % KeyValueHeads == 0, "keyValueHeads", $"{KeyValueHeads}", $"a divisor of heads, {Heads}");
        Expect(Format is "F32" or "F16" or "Q8_0", "format", $"'{Format}'", "'F32', 'F16' and 'Q8_0'");
        var block = RowFormat.BlockElements(TensorFormat);
        Expect(
            Dimension % block == 0 && FeedForward % block == 0, "format", $"{Format}",
            $"those whose blocks of {block} divide dimension and feedForward");
    }

    private static void InRange<T>(string field, T value, T least, T most)
        where T : IComparable<T> =>
        Expect(
            value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0, field,
            FormattableString.Invariant($"{value}"), FormattableString.Invariant($"{least} to {most}"));

    private static void Expect(bool holds, string field, string value, string allowed)
    {
        if (!holds)
        {
            throw new RecipeException($"recipe field {field} is {value}, allowed: {allowed}");
        }
    }
}
