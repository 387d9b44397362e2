using System.Globalization;

namespace Marketplace.Domain.Verification;

/// <summary>
/// Checks a manifest's file with nothing but the marketplace's public keys. The file may come from anybody.
/// </summary>
public sealed class ModelManifestCheck(ReceiptKeys keys, SignatureCheck signature)
{
    /// <summary>Longest file that is read, in characters.</summary>
    public const int LengthMax = ModelManifest.EntriesMax * EntryLengthMax;

    private const int EntryLengthMax = 1_024;
    private const int SignatureBytes = 64;

    /// <summary>The manifest, or the first member that does not hold.</summary>
    public ModelManifestVerdict Verify(string file)
    {
        try
        {
            return new ModelManifestVerdict.Holds(Check(file));
        }
        catch (ReceiptFault fault)
        {
            return new ModelManifestVerdict.Broken(fault.Field, fault.Why);
        }
        catch (FormatException fault)
        {
            return new ModelManifestVerdict.Broken("file", fault.Message);
        }
    }

    private ModelManifest Check(string file)
    {
        if (file.Length > LengthMax)
        {
            throw new ReceiptFault("file", $"has over {LengthMax} characters");
        }

        var manifest = new ReceiptField(CanonicalJson.Parse(file), string.Empty);

        if (CanonicalJson.Write(manifest.Value) != file)
        {
            throw new ReceiptFault("file", "is not in canonical form");
        }

        CheckSigned(manifest);
        return Read(manifest);
    }

    private void CheckSigned(ReceiptField manifest)
    {
        var proof = manifest[ModelManifestFile.Proof];
        var members = ReceiptFile.Members(manifest.Value);
        members.Remove(ModelManifestFile.Proof);
        var (key, given) = (proof["key"], proof["signature"]);

        // Nothing signs the proof itself: it holds these two and no more.
        if (proof.Members().Count != 2)
        {
            throw proof.Fault("must hold key and signature alone");
        }

        var publicKey = keys.Find(key.Text()) ?? throw key.Fault("is none of the marketplace's keys");

        if (!signature(publicKey, SignedText.Models(CanonicalJson.Write(members)), given.Base64(SignatureBytes)))
        {
            throw given.Fault("is not the marketplace's over the manifest");
        }
    }

    /// <summary>What the marketplace has signed is held to its own rules, too.</summary>
    private static ModelManifest Read(ReceiptField manifest)
    {
        ModelEntry[] entries = [.. manifest["entries"].Items(ModelManifest.EntriesMax).Select(Entry)];
        var (version, names) = (manifest["version"], new HashSet<string>(StringComparer.Ordinal));

        if (version.Whole() != entries.Length)
        {
            throw version.Fault($"must be {entries.Length}, the number of entries");
        }

        return entries.FirstOrDefault(entry => !names.Add(entry.Name)) is { } twice
            ? throw new ReceiptFault("entries", $"give the name {twice.Name} twice")
            : new(entries.Length, entries);
    }

    private static ModelEntry Entry(ReceiptField entry)
    {
        var registered = entry["registeredAt"];

        return new(
            entry["name"].Text(),
            Convert.ToHexStringLower(entry["modelId"].Hash()),
            Convert.ToHexStringLower(entry["sha256"].Hash()),
            entry["bytes"].Whole(),
            entry["weights"].Text(),
            entry["architecture"].Text(),
            (int)Math.Clamp(entry["contextLength"].Whole(), 0, int.MaxValue),
            DateTimeOffset.TryParse(registered.Text(), CultureInfo.InvariantCulture, out var at)
                ? at
                : throw registered.Fault("must be a time"));
    }
}
