using System.CommandLine;
using Marketplace.Cli.CommandLine;
using Marketplace.Domain.Verification;

namespace Marketplace.Cli.Verification;

/// <summary>
/// <c>receipts verify</c>: checks a receipt's file with the marketplace's public keys, and with a node's help that its
/// epoch's root is on chain.
/// </summary>
internal static class VerifyCommand
{
    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "The receipt, as GET /v1/receipts/{id} gave it." };
        var keys = KeysOption.Make();
        var rpc = new Option<string?>("--rpc")
        {
            Description = "A Solana node: also looks up the transaction whose memo holds the root.",
        };
        var command = new Command("verify", "Checks a receipt's file; offline when --keys is a file.")
        {
            file, keys, rpc,
        };
        command.SetAction((parsed, cancel) => Run(
            parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(keys),
            parsed.GetValue(rpc),
            parsed.InvocationConfiguration.Output,
            parsed.InvocationConfiguration.Error,
            cancel));

        return command;
    }

    private static async Task<int> Run(
        string file, string keysFrom, string? rpc, TextWriter output, TextWriter error, CancellationToken cancel)
    {
        using var web = new Web();
        var keys = await KeysOption.Read(keysFrom, web, cancel);
        var verdict = new ReceiptCheck(keys, Ed25519Check.Verify).Verify(
            SignedFile.Read("FILE", file, ReceiptCheck.LengthMax * 4));

        if (verdict is ReceiptVerdict.Broken broken)
        {
            await error.WriteLineAsync($"BROKEN {file}: {broken.Field}: {broken.Why}");
            return ExitCodes.Broken;
        }

        var holds = (ReceiptVerdict.Holds)verdict;
        await Tell(holds, output);

        if (rpc is null)
        {
            return ExitCodes.Success;
        }

        if (holds is not { Epoch: { } epoch, Anchor: { } anchor })
        {
            await error.WriteLineAsync(
                $"PENDING {file}: proof.anchor: its epoch is not on chain yet; get the file again later");
            return ExitCodes.Pending;
        }

        var why = await new ChainLookup(web, Web.Address("--rpc", rpc)).WhyNot(epoch, anchor, keys, cancel);

        if (why is not null)
        {
            await error.WriteLineAsync($"NOT ON CHAIN {file}: proof.anchor: {why}");
            return ExitCodes.Broken;
        }

        await output.WriteLineAsync($"  on chain: {anchor.Transaction}, finalized, signed by {anchor.Signer}");
        return ExitCodes.Success;
    }

    private static async Task Tell(ReceiptVerdict.Holds holds, TextWriter output)
    {
        await output.WriteLineAsync($"OK {holds.Receipt}: {holds.Work}, charged {holds.Charge} USDC");
        await output.WriteLineAsync(
            $"  results signed by devices: {holds.ResultsSigned}, unsigned: {holds.ResultsUnsigned}");
        await output.WriteLineAsync(holds.Epoch is { } epoch
            ? $"  epoch {epoch.Number} of {epoch.Size} receipts, root {epoch.Root}"
            : "  its epoch is open: no inclusion proof yet");
    }
}
