using System.CommandLine;
using System.Globalization;
using Marketplace.Cli.CommandLine;
using Marketplace.Domain.Verification;

namespace Marketplace.Cli.Verification;

/// <summary>
/// <c>findings verify</c>: checks a finding's file with the marketplace's public keys, and tells what its numbers say.
/// </summary>
internal static class VerifyFindingCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE")
        {
            Description = "The finding, as GET /v1/devices/{id}/findings/{finding} gave it.",
        };
        var keys = KeysOption.Make();
        var command = new Command("verify", "Checks a finding's file; offline when --keys is a file.") { file, keys };
        command.SetAction((parsed, cancel) => Run(
            parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(keys),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            cancel));

        return command;
    }

    private static async Task<int> Run(
        string file, string keysFrom, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        using var web = new Web();
        var keys = await KeysOption.Read(keysFrom, web, cancel);
        var verdict = new FindingCheck(keys, Ed25519Check.Verify).Verify(
            SignedFile.Read("FILE", file, FindingFile.LengthMax));

        if (verdict is FindingVerdict.Broken broken)
        {
            await error.WriteLineAsync($"BROKEN {file}: {broken.Field}: {broken.Why}");
            return ExitCodes.Broken;
        }

        await Tell((FindingVerdict.Holds)verdict, output);
        return ExitCodes.Success;
    }

    private static async Task Tell(FindingVerdict.Holds holds, TextWriter output)
    {
        await output.WriteLineAsync(
            $"OK {holds.Finding}: {holds.Kind} of {holds.Device} in {holds.Work}, {holds.Verdict}, {holds.Cause}");
        await output.WriteLineAsync(holds.IsSigned
            ? $"  {holds.Tokens} tokens, signed by the device"
            : $"  {holds.Tokens} tokens, not signed by the device");

        foreach (var one in holds.Measured)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"  by {one.By}: {one.Cause ?? "stands"}, {one.Beyond} of {holds.Tokens} beyond a threshold"
                    + $"{(one.First is { } first ? $", the first at {first}" : string.Empty)}"
                    + $", drift {one.DriftMax}, margins {one.MarginSum}"));
        }

        if (holds.Shown is { } shown)
        {
            await output.WriteLineAsync($"  {shown}: computed again from what was ordered");
        }
        else if (holds.Measured.All(one => one.Cause is null))
        {
            await output.WriteLineAsync("  no numbers here bear the cause out: it is the platform's word");
        }
    }
}
