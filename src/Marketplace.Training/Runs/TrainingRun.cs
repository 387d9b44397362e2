using System.Globalization;

namespace Marketplace.Training.Runs;

/// <summary>
/// A run with its files: <c>OUT</c>, the model; <c>OUT.checkpoint</c>, where a run that was ended goes on; and
/// <c>OUT.loss.csv</c>, a line for every step.
/// </summary>
/// <param name="recipe">What is trained.</param>
/// <param name="path">The model's file.</param>
/// <param name="output">Told of every checkpoint.</param>
/// <param name="time">Measures the steps.</param>
internal sealed class TrainingRun(TrainingRecipe recipe, string path, TextWriter output, TimeProvider time)
{
    private const string Header = "step,loss,gradient_norm,learning_rate,tokens,milliseconds";

    private string CheckpointPath => path + ".checkpoint";

    private string LogPath => path + ".loss.csv";

    /// <summary>Trains to the last step and writes the model; cancelled, it leaves a checkpoint.</summary>
    public void Train(CancellationToken cancel)
    {
        var trainer = Begin();
        using var log = OpenLog(trainer.Step);

        while (!trainer.IsDone)
        {
            if (cancel.IsCancellationRequested)
            {
                trainer.Save().Write(CheckpointPath, recipe.Hash);
                cancel.ThrowIfCancellationRequested();
            }

            var begin = time.GetTimestamp();
            var result = trainer.Run();
            var taken = time.GetElapsedTime(begin).TotalMilliseconds;
            log.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{result.Step},{result.Loss:F4},{result.GradientNorm:F3},{result.Rate:E3},"
                + $"{result.Tokens},{taken:F0}"));

            if (result.Step % recipe.CheckpointEvery == 0 || trainer.IsDone)
            {
                log.Flush();
                trainer.Save().Write(CheckpointPath, recipe.Hash);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"step {result.Step}: loss {result.Loss:F4}, held out {trainer.HeldOutLoss():F4}, {taken:F0} ms"));
            }
        }

        Export(trainer);
    }

    /// <summary>Writes the model as of the checkpoint.</summary>
    /// <exception cref="RecipeException">There is none.</exception>
    public void Export()
    {
        if (!File.Exists(CheckpointPath))
        {
            throw new RecipeException($"{CheckpointPath} is missing: train first");
        }

        Export(Begin());
    }

    private Trainer Begin()
    {
        var trainer = new Trainer(recipe, new(recipe));

        if (File.Exists(CheckpointPath))
        {
            trainer.Resume(Checkpoint.Read(CheckpointPath, recipe.Hash, trainer.Layout.Count));
            output.WriteLine($"goes on after step {trainer.Step}");
        }

        output.WriteLine($"{trainer.Layout.Count} parameters, {trainer.Data.Vocabulary.Count} tokens");
        return trainer;
    }

    /// <summary>Lines after the checkpoint's step belong to steps that are done again.</summary>
    private StreamWriter OpenLog(int step)
    {
        var kept = File.Exists(LogPath) ? File.ReadLines(LogPath).Skip(1).Take(step) : [];
        string[] lines = [Header, .. kept];
        File.WriteAllLines(LogPath, lines);
        return new(LogPath, append: true);
    }

    private void Export(Trainer trainer)
    {
        var beside = path + ".new";

        using (var file = File.Create(beside))
        {
            GgufExport.Write(
                file, recipe.Name, trainer.Layout, trainer.Weights, trainer.Data.Vocabulary, recipe.TensorFormat);
        }

        File.Move(beside, path, overwrite: true);
        output.WriteLine($"{path}: {new FileInfo(path).Length} bytes after step {trainer.Step}");
    }
}
