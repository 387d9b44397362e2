using System.CommandLine;
using Marketplace.Training.Corpus;
using Marketplace.Training.Runs;

namespace Marketplace.Training.CommandLine;

/// <summary>Parses and runs a command; what is wrong with its input is one line on stderr and exit code 2.</summary>
internal static class TrainingCommandLine
{
    private const string Program = "marketplace-training";
    private const int Usage = 2;
    private const int Interrupted = 130;
    private const int StoriesMax = 100_000;

    public static async Task<int> Run(string[] arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand("Trains the demonstration's language model.")
        {
            Train(), Export(), Corpus(),
        };
        var parsed = root.Parse(arguments);

        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync($"{Program}: {parsed.Errors[0].Message} (--help lists what is allowed)");
            return Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync($"{Program}: interrupted; the same command goes on from its checkpoint");
            return Interrupted;
        }
        catch (Exception fault) when (fault is RecipeException or IOException or ArgumentException)
        {
            await error.WriteLineAsync($"{Program}: {fault.Message}");
            return Usage;
        }
    }

    private static Command Train()
    {
        var (recipe, model) = (Required("--recipe", "The recipe, JSON."), Required("--out", "The model's file."));
        var command = new Command("train", "Trains a model, or goes on from the checkpoint beside it.")
        {
            recipe, model,
        };
        command.SetAction((parsed, cancel) => Task.Run(
            () => RunOf(parsed, recipe, model).Train(cancel), CancellationToken.None));
        return command;
    }

    private static Command Export()
    {
        var (recipe, model) = (Required("--recipe", "The recipe, JSON."), Required("--out", "The model's file."));
        var command = new Command("export", "Writes the model as of the checkpoint beside it.") { recipe, model };
        command.SetAction(parsed => RunOf(parsed, recipe, model).Export());
        return command;
    }

    private static Command Corpus()
    {
        var seed = new Option<int>("--seed") { DefaultValueFactory = _ => 1 };
        var stories = new Option<int>("--stories") { DefaultValueFactory = _ => 10 };
        var command = new Command("corpus", "Prints stories that models are trained on.") { seed, stories };
        command.SetAction(parsed =>
        {
            var writer = new StoryWriter(parsed.GetValue(seed));

            for (var number = 0; number < Math.Min(parsed.GetValue(stories), StoriesMax); number++)
            {
                parsed.InvocationConfiguration.Output.WriteLine(writer.Write(number));
            }
        });
        return command;
    }

    private static Option<string> Required(string name, string description) =>
        new(name) { Required = true, Description = description };

    private static TrainingRun RunOf(ParseResult parsed, Option<string> recipe, Option<string> model) => new(
        TrainingRecipe.Read(parsed.GetRequiredValue(recipe)), parsed.GetRequiredValue(model),
        parsed.InvocationConfiguration.Output, TimeProvider.System);
}
