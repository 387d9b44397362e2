using Marketplace.Compute.Host;
using Marketplace.Compute.Inference.Generation;
using Marketplace.Compute.Inference.Llama;
using Marketplace.Training.CommandLine;
using Marketplace.Training.Runs;

namespace Marketplace.Training.Tests.Runs;

public sealed class TrainerTests : IDisposable
{
    private const string Json = """
        {
          "name": "tiny", "seed": 3, "dimension": 32, "feedForward": 64, "layers": 1, "heads": 2, "keyValueHeads": 1,
          "context": 128, "pieces": 200, "tokenizerStories": 100, "batch": 4, "steps": 8, "warmUpSteps": 2,
          "learningRate": 0.01, "learningRateLeast": 0.001, "beta1": 0.9, "beta2": 0.95, "weightDecay": 0.1,
          "gradientNormMax": 1, "checkpointEvery": 4, "format": "Q8_0"
        }
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_run_learns()
    {
        var recipe = TrainingRecipe.Parse(Json);
        var trainer = new Trainer(recipe, new(recipe));
        var before = trainer.HeldOutLoss();

        while (!trainer.IsDone)
        {
            trainer.Run();
        }

        Assert.True(trainer.HeldOutLoss() < before - 0.5, $"from {before} to {trainer.HeldOutLoss()}");
    }

    [Fact]
    public void A_run_that_was_ended_goes_on_to_the_same_weights()
    {
        var recipe = TrainingRecipe.Parse(Json);
        var (whole, ended) = (new Trainer(recipe, new(recipe)), new Trainer(recipe, new(recipe)));
        var path = Path.Combine(_folder.FullName, "checkpoint");

        for (var step = 0; step < 4; step++)
        {
            whole.Run();
        }

        ended.Run();
        ended.Run();
        ended.Save().Write(path, recipe.Hash);
        var resumed = new Trainer(recipe, new(recipe));
        resumed.Resume(Checkpoint.Read(path, recipe.Hash, resumed.Layout.Count));
        resumed.Run();
        resumed.Run();

        Assert.Equal(4, resumed.Step);
        Assert.Equal(whole.Weights, resumed.Weights);
    }

    [Fact]
    public void A_checkpoint_of_another_recipe_is_refused()
    {
        var recipe = TrainingRecipe.Parse(Json);
        var path = Path.Combine(_folder.FullName, "checkpoint");
        new Checkpoint(1, [1], [1], [1]).Write(path, recipe.Hash);

        Assert.Equal(1, Checkpoint.Read(path, recipe.Hash, 1).Step);
        Assert.Throws<RecipeException>(() => Checkpoint.Read(path, (recipe with { Seed = 4 }).Hash, 1));
        Assert.Throws<RecipeException>(() => Checkpoint.Read(path, recipe.Hash, 2));
    }

    [Fact]
    public async Task The_command_trains_and_exports_a_model_that_the_engine_runs()
    {
        var (recipe, model) = (Path.Combine(_folder.FullName, "recipe.json"), Path.Combine(_folder.FullName, "m.gguf"));
        await File.WriteAllTextAsync(recipe, Json, TestContext.Current.CancellationToken);

        var (code, told) = await Run("train", "--recipe", recipe, "--out", model);
        Assert.True(code == 0, told);
        var bytes = await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken);
        var log = await File.ReadAllLinesAsync(model + ".loss.csv", TestContext.Current.CancellationToken);
        Assert.Equal(9, log.Length);

        var (exported, _) = await Run("export", "--recipe", recipe, "--out", model);
        Assert.Equal(0, exported);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken));

        using var loaded = LlamaModel.Open(model);
        using var device = new HostDevice(1);
        using var engine = new InferenceEngine(loaded, device);
        using var generation = engine.Begin(new("Once upon a time", 5, 0, 1, []));
        Assert.InRange(generation.Tokens(TestContext.Current.CancellationToken).Count(), 1, 5);
    }

    [Theory]
    [InlineData("\"heads\": 2", "\"heads\": 3", "dimension")]
    [InlineData("\"keyValueHeads\": 1", "\"keyValueHeads\": 3", "keyValueHeads")]
    [InlineData("\"batch\": 4", "\"batch\": 0", "batch")]
    [InlineData("\"beta1\": 0.9", "\"beta1\": 1.5", "beta1")]
    [InlineData("\"format\": \"Q8_0\"", "\"format\": \"F64\"", "format")]
    [InlineData("\"feedForward\": 64", "\"feedForward\": 65", "format")]
    [InlineData("\"batch\": 4,", "", "batch")]
    [InlineData("\"batch\": 4", "\"bacth\": 4", "bacth")]
    public async Task A_field_that_is_wrong_is_refused_by_name(string right, string wrong, string field)
    {
        var recipe = Path.Combine(_folder.FullName, "recipe.json");
        await File.WriteAllTextAsync(
            recipe, Json.Replace(right, wrong, StringComparison.Ordinal), TestContext.Current.CancellationToken);

        var (code, told) = await Run("train", "--recipe", recipe, "--out", recipe + ".gguf");

        Assert.Equal(2, code);
        Assert.Contains(field, told, StringComparison.Ordinal);
        Assert.False(File.Exists(recipe + ".gguf"));
    }

    private static async Task<(int Code, string Told)> Run(params string[] arguments)
    {
        using var told = new StringWriter();
        var code = await TrainingCommandLine.Run(arguments, told, told);
        return (code, told.ToString());
    }
}
