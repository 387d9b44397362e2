using System.CommandLine;
using System.Text.Json;
using Marketplace.Cli.CommandLine;

namespace Marketplace.Cli.Inference;

/// <summary><c>jobs create</c>: orders a text and prints the job.</summary>
internal static class CreateJobCommand
{
    private const int MaxTokensDefault = 200;

    public static Command Make()
    {
        var model = new Option<string>("--model") { Description = "A model of the catalogue.", Required = true };
        var prompt = new Option<string>("--prompt") { Description = "The text to go on from.", Required = true };
        var tokens = new Option<int>("--max-tokens")
        {
            Description = $"Tokens to generate at most; default {MaxTokensDefault}.",
            DefaultValueFactory = _ => MaxTokensDefault,
        };
        var url = MarketOptions.Url();
        var command = new Command("create", "Orders a text.") { model, prompt, tokens, url };
        command.SetAction((parsed, cancel) => Run(
            JsonSerializer.Serialize(new
            {
                model = parsed.GetRequiredValue(model),
                prompt = parsed.GetRequiredValue(prompt),
                maxTokens = parsed.GetValue(tokens),
            }),
            parsed.GetValue(url),
            parsed.InvocationConfiguration.Output,
            cancel));

        return command;
    }

    private static async Task<int> Run(string order, string? url, TextWriter output, CancellationToken cancel)
    {
        using var web = new Web();
        await output.WriteLineAsync(
            await web.Post(MarketOptions.Address(url, "/v1/jobs"), order, MarketOptions.Key(), cancel));

        return ExitCodes.Success;
    }
}
