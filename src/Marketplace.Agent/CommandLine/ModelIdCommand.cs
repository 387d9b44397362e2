using System.CommandLine;
using Marketplace.Compute.Inference.Llama;

namespace Marketplace.Agent.CommandLine;

/// <summary><c>model-id</c>: the id of a model's files, as the marketplace's manifest lists it.</summary>
internal static class ModelIdCommand
{
    public static Command Make()
    {
        var model = ModelOption.Make();
        var command = new Command("model-id", "Prints a model's id: root over its weights, tokenizer and template.")
        {
            model,
        };
        command.SetAction(parsed =>
        {
            using var loaded = ModelOption.Open(parsed.GetRequiredValue(model), LlamaModel.Open);
            parsed.InvocationConfiguration.Output.WriteLine(loaded.Id.Value);
            return ExitCodes.Success;
        });

        return command;
    }
}
