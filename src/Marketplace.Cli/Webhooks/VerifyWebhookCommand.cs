using System.CommandLine;
using Marketplace.Domain.Webhooks;

namespace Marketplace.Cli.Webhooks;

/// <summary><c>webhooks verify</c>: checks a message as a receiver does, from its body and headers.</summary>
internal static class VerifyWebhookCommand
{
    private const string SecretVariable = "MARKETPLACE_WEBHOOK_SECRET";
    private const int BytesMax = 100_000;

    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "The body as it came, byte for byte." };
        var id = new Option<string>("--id") { Description = "The header webhook-id.", Required = true };
        var timestamp = new Option<string>("--timestamp")
        {
            Description = "The header webhook-timestamp.",
            Required = true,
        };
        var signature = new Option<string>("--signature")
        {
            Description = "The header webhook-signature.",
            Required = true,
        };
        var command = new Command(
            "verify",
            $"Checks a webhook's message by the secret in {SecretVariable} of the environment, whatever its age.")
        {
            file, id, timestamp, signature,
        };
        command.SetAction(async (parsed, _) =>
        {
            var (path, told) = (parsed.GetRequiredValue(file), parsed.GetRequiredValue(id));
            var why = WebhookSignature.WhyNot(
                Secret(),
                told,
                parsed.GetRequiredValue(timestamp),
                parsed.GetRequiredValue(signature),
                Read(path),
                null);

            if (why is null)
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"OK {told}");
                return ExitCodes.Success;
            }

            await parsed.InvocationConfiguration.Error.WriteLineAsync($"BROKEN {path}: {why}");
            return ExitCodes.Broken;
        });

        return command;
    }

    private static string Secret() => Environment.GetEnvironmentVariable(SecretVariable) is { Length: > 0 } secret
        ? secret
        : throw new CliFault(ExitCodes.Usage, $"{SecretVariable} of the environment must hold the webhook's secret");

    private static byte[] Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: > BytesMax and var length }
                ? throw new CliFault(ExitCodes.Input, $"FILE: '{path}' has {length} bytes, at most {BytesMax}")
                : File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CliFault(ExitCodes.Input, $"FILE: {fault.Message}", fault);
        }
    }
}
