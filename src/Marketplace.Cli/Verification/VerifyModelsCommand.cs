using System.CommandLine;
using Marketplace.Cli.CommandLine;
using Marketplace.Domain.Verification;

namespace Marketplace.Cli.Verification;

/// <summary>
/// <c>models verify</c>: checks the manifest of models with the marketplace's public keys, and which of its models a
/// file on this disk is, or that an older copy of the manifest says nothing else.
/// </summary>
internal static class VerifyModelsCommand
{
    private const int BytesMax = ModelManifestCheck.LengthMax * 4;

    public static Command Make()
    {
        var file = new Argument<string>("FILE") { Description = "The manifest, as GET /v1/models/manifest gave it." };
        var keys = KeysOption.Make();
        var model = new Option<string?>("--model")
        {
            Description = "A model's file or folder: it must be one of the manifest's, byte for byte.",
        };
        var before = new Option<string?>("--before")
        {
            Description = "An older manifest: all its entries must be in this one, unchanged.",
        };
        var command = new Command("verify", "Checks the manifest of models; offline when --keys is a file.")
        {
            file, keys, model, before,
        };
        command.SetAction((parsed, cancel) => Run(
            parsed.GetRequiredValue(file),
            parsed.GetRequiredValue(keys),
            (parsed.GetValue(model), parsed.GetValue(before)),
            (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error),
            cancel));

        return command;
    }

    private static async Task<int> Run(
        string file,
        string keysFrom,
        (string? Model, string? Before) against,
        (TextWriter Out, TextWriter Error) console,
        CancellationToken cancel)
    {
        using var web = new Web();
        var check = new ModelManifestCheck(await KeysOption.Read(keysFrom, web, cancel), Ed25519Check.Verify);

        if (await Verified("FILE", file, check, console.Error) is not { } now)
        {
            return ExitCodes.Broken;
        }

        if (against.Before is { } older)
        {
            if (await Verified("--before", older, check, console.Error) is not { } then)
            {
                return ExitCodes.Broken;
            }

            if (WhyOther(then, now) is { } why)
            {
                await console.Error.WriteLineAsync($"BROKEN {file}: {why}");
                return ExitCodes.Broken;
            }
        }

        return await Tell(now, file, against.Model, console, cancel);
    }

    private static async Task<int> Tell(
        ModelManifest manifest,
        string file,
        string? model,
        (TextWriter Out, TextWriter Error) console,
        CancellationToken cancel)
    {
        var entries = manifest.Entries;

        if (model is not null)
        {
            var hashes = await ModelOnDisk.HashesOf(model, cancel);
            entries = [.. entries.Where(entry => hashes.Contains(entry.Sha256, StringComparer.Ordinal))];

            if (entries.Count == 0)
            {
                await console.Error.WriteLineAsync($"BROKEN {file}: entries: none has the file {model}, {hashes[0]}");
                return ExitCodes.Broken;
            }
        }

        await console.Out.WriteLineAsync($"OK {file}: version {manifest.Version}");

        foreach (var entry in entries)
        {
            await console.Out.WriteLineAsync($"  {entry.Name}: {entry.ModelId}, {entry.Weights}, file {entry.Sha256}");
        }

        return ExitCodes.Success;
    }

    private static async Task<ModelManifest?> Verified(
        string option, string file, ModelManifestCheck check, TextWriter error)
    {
        var verdict = check.Verify(SignedFile.Read(option, file, BytesMax));

        if (verdict is ModelManifestVerdict.Broken broken)
        {
            await error.WriteLineAsync($"BROKEN {file}: {broken.Field}: {broken.Why}");
        }

        return (verdict as ModelManifestVerdict.Holds)?.Manifest;
    }

    private static string? WhyOther(ModelManifest then, ModelManifest now)
    {
        if (then.Version > now.Version)
        {
            return $"version {now.Version} is below {then.Version} of the older manifest";
        }

        var same = then.Entries.Zip(now.Entries).TakeWhile(pair => pair.First == pair.Second).Count();

        return same == then.Entries.Count
            ? null
            : $"entries[{same}]: {now.Entries[same].Name} is not what the older manifest says of "
                + then.Entries[same].Name;
    }
}
