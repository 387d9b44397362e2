using System.CommandLine;
using Marketplace.Agent.Inference;
using Marketplace.Compute.Inference.Generation;

namespace Marketplace.Agent.CommandLine;

/// <summary>
/// <c>generate</c>: text of a local model, by the code that answers the market. Prints the text and a line end.
/// </summary>
internal static class GenerateCommand
{
    private const int TokensMax = 1_000_000;
    private const double TemperatureMax = 100;

    public static Command Make()
    {
        var model = ModelOption.Make();
        var prompt = new Option<string>("--prompt")
        {
            Description = "The text to continue; may be empty.",
            DefaultValueFactory = _ => "",
        };
        var tokens = new Option<int>("--max-tokens")
        {
            Description = "Tokens to generate at most.",
            DefaultValueFactory = _ => 128,
        };
        var temperature = new Option<double>("--temperature")
        {
            Description = "0 always takes the likeliest token.",
            DefaultValueFactory = _ => 0.8,
        };
        var seed = new Option<ulong>("--seed") { Description = "Same seed, same text.", DefaultValueFactory = _ => 0 };
        var device = DeviceOptions.Device();
        var threads = DeviceOptions.Threads();
        var portable = DeviceOptions.NoTensorCores();
        var command = new Command("generate", "Continues a text with a local model, without the market.")
        {
            model, prompt, tokens, temperature, seed, device, threads, portable,
        };

        command.SetAction((parsed, cancel) =>
        {
            var request = new GenerationRequest(
                parsed.GetRequiredValue(prompt),
                Tokens(parsed.GetValue(tokens)),
                Temperature(parsed.GetValue(temperature)),
                parsed.GetValue(seed),
                []);
            var path = parsed.GetRequiredValue(model);
            var output = parsed.InvocationConfiguration.Output;

            using var opened = DeviceOptions.Open(
                parsed.GetRequiredValue(device), parsed.GetValue(threads), parsed.GetValue(portable));
            using var loaded = ModelOption.Open(path, file => LoadedModel.Open(file, opened));
            Print(loaded, request, output, cancel);

            return Task.FromResult(ExitCodes.Success);
        });

        return command;
    }

    private static void Print(
        LoadedModel loaded, GenerationRequest request, TextWriter output, CancellationToken cancel)
    {
        try
        {
            loaded.Make(
                request,
                token =>
                {
                    output.Write(token.Text);
                    output.Flush();
                },
                cancel);
            output.WriteLine();
        }
        catch (PromptTooLongException fault)
        {
            throw new AgentFault(
                ExitCodes.Input, $"--prompt: {fault.Tokens} tokens, the model's context holds {fault.Context}", fault);
        }
    }

    private static int Tokens(int value) => value is >= 0 and <= TokensMax
        ? value
        : throw new AgentFault(ExitCodes.Usage, $"--max-tokens: {value} found, allowed are 0 to {TokensMax}");

    private static double Temperature(double value) => value is >= 0 and <= TemperatureMax
        ? value
        : throw new AgentFault(ExitCodes.Usage, $"--temperature: {value} found, allowed are 0 to {TemperatureMax}");
}
