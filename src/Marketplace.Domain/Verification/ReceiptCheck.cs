using System.Text.Json;

namespace Marketplace.Domain.Verification;

/// <summary>
/// Checks a receipt's file with nothing but the marketplace's public keys: form, signatures, place in the chain of
/// receipts, and the way up to the root of its epoch. The file may come from anybody.
/// </summary>
public sealed class ReceiptCheck(ReceiptKeys keys, SignatureCheck signature)
{
    /// <summary>Longest file that is read, in characters.</summary>
    public const int LengthMax = 256 * 1024;

    private const int KeyBytes = 32;
    private const int SignatureBytes = 64;
    private const int PathMax = 17;

    /// <summary>What holds, or the first member that does not.</summary>
    public ReceiptVerdict Verify(string file)
    {
        try
        {
            return Check(file);
        }
        catch (ReceiptFault fault)
        {
            return new ReceiptVerdict.Broken(fault.Field, fault.Why);
        }
        catch (FormatException fault)
        {
            return new ReceiptVerdict.Broken("file", fault.Message);
        }
    }

    /// <summary>
    /// Checks a receipt as it is stored: the marketplace's signature over it, and those of devices in it.
    /// </summary>
    /// <param name="body">The receipt's bytes, UTF-8, as they were signed.</param>
    /// <param name="receipt">The same, read.</param>
    /// <param name="signed">The marketplace's signature.</param>
    /// <returns>What is wrong, with the path of the member; null when all are right.</returns>
    public string? WhyUnsigned(ReadOnlySpan<byte> body, JsonElement receipt, KeySignature signed)
    {
        try
        {
            var publicKey = keys.Find(signed.Key)
                ?? throw new ReceiptFault("key", "is none of the marketplace's keys");
            var bytes = new byte[SignatureBytes];

            if (!Convert.TryFromBase64String(signed.Signature, bytes, out var length) || length != SignatureBytes
                || !signature(publicKey, SignedText.Receipt(body), bytes))
            {
                throw new ReceiptFault("signature", "is not the marketplace's over the receipt");
            }

            CheckResults(new(receipt, string.Empty));
            return null;
        }
        catch (ReceiptFault fault)
        {
            return fault.Message;
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }

    private ReceiptVerdict.Holds Check(string file)
    {
        if (file.Length > LengthMax)
        {
            throw new ReceiptFault("file", $"has over {LengthMax} characters");
        }

        var receipt = new ReceiptField(CanonicalJson.Parse(file), string.Empty);
        CheckForm(file, receipt);
        var proof = receipt[ReceiptFile.Proof];
        var members = ReceiptFile.Members(receipt.Value);
        members.Remove(ReceiptFile.Proof);
        var body = CanonicalJson.Write(members);

        CheckSigned(proof["marketplace"], SignedText.Receipt(body), "the receipt");
        CheckResults(receipt);
        var (sequence, hash) = CheckChain(proof["chain"], body);
        var epoch = CheckEpoch(proof["epoch"], sequence, hash);
        var anchor = CheckAnchor(proof["anchor"], epoch);
        CheckSeal(proof, members);

        return new(
            receipt["id"].Text(),
            receipt["work"].Text(),
            receipt["charge"].Text(),
            receipt["resultsSigned"].Whole(),
            receipt["resultsUnsigned"].Whole(),
            epoch,
            anchor);
    }

    private static void CheckForm(string file, ReceiptField receipt)
    {
        var canonical = CanonicalJson.Write(receipt.Value);

        if (file != canonical)
        {
            var same = file.Zip(canonical).TakeWhile(pair => pair.First == pair.Second).Count();
            throw new ReceiptFault("file", $"is not in canonical form at character {same}");
        }

        if (receipt.Value.ValueKind is not JsonValueKind.Object
            || !receipt.Value.TryGetProperty("version", out _))
        {
            throw new ReceiptFault("version", "is missing: it was written before receipts were signed");
        }

        var version = receipt["version"];

        if (version.Whole() != Receipt.VersionNow)
        {
            throw version.Fault($"must be {Receipt.VersionNow}");
        }
    }

    private void CheckSigned(ReceiptField signed, byte[] text, string what)
    {
        var key = signed["key"];
        var publicKey = keys.Find(key.Text()) ?? throw key.Fault("is none of the marketplace's keys");
        var given = signed["signature"];

        if (!signature(publicKey, text, given.Base64(SignatureBytes)))
        {
            throw given.Fault($"is not the marketplace's over {what}");
        }
    }

    private void CheckResults(ReceiptField receipt)
    {
        var results = receipt["results"].Items(Receipt.ResultsMax);
        var signed = receipt["resultsSigned"];

        if (results.Count > signed.Whole())
        {
            throw signed.Fault($"is below the {results.Count} results");
        }

        foreach (var result in results)
        {
            var meter = result["meter"].Members().ToDictionary(
                reading => reading.Key, reading => reading.Value.Whole(), StringComparer.Ordinal);
            var text = SignedText.Result(
                result["attempt"].Text(),
                receipt["work"].Text(),
                result["output"].Text(),
                meter,
                result.Find("logits")?.Text(),
                result.Find("leaves")?.Text());
            var given = result["signature"];

            if (!signature(result["publicKey"].Base64(KeyBytes), text, given.Base64(SignatureBytes)))
            {
                throw given.Fault("is not the device's over this result");
            }

            CheckBilled(receipt, result);
        }
    }

    /// <summary>
    /// A text or an embedding has one result, and it is what was billed; a render's output is made of many.
    /// </summary>
    private static void CheckBilled(ReceiptField receipt, ReceiptField result)
    {
        if (receipt["kind"].Text() is not ("text" or "embedding"))
        {
            return;
        }

        if (result["output"].Text() != receipt["outputSha256"].Text())
        {
            throw result["output"].Fault("is not the output of the receipt");
        }

        if (result["attempt"].Text() != receipt["attempt"].Text())
        {
            throw result["attempt"].Fault("is not the attempt of the receipt");
        }

        if (receipt.Find("audit") is { } audit && audit["root"].Text() != RootOf(receipt, result))
        {
            throw audit["root"].Fault("is not what the device signed");
        }
    }

    private static string? RootOf(ReceiptField receipt, ReceiptField result) => receipt["kind"].Text() == "text"
        ? result.Find("logits")?.Text()
        : Convert.ToHexStringLower(VectorCommitment.Root(
            receipt["work"].Text(), result["attempt"].Text(), result["output"].Text()));

    private static (long Sequence, byte[] Hash) CheckChain(ReceiptField chain, string body)
    {
        var (sequence, hash) = (chain["sequence"].Whole(), chain["hash"]);
        var expected = ReceiptChain.Next(chain["previous"].Hash(), sequence, body);

        return hash.Hash().AsSpan().SequenceEqual(expected)
            ? (sequence, expected)
            : throw hash.Fault("does not follow from the previous hash, the place and the receipt");
    }

    private EpochHead? CheckEpoch(ReceiptField epoch, long sequence, byte[] hash)
    {
        if (epoch.IsNull)
        {
            return null;
        }

        var root = epoch["root"];
        var head = new EpochHead(
            epoch["number"].Whole(),
            epoch["first"].Whole(),
            epoch["size"].Whole(),
            root.Text(),
            epoch["closedAt"].Text());
        CheckSigned(epoch, SignedText.Epoch(head.Text()), "the head of the epoch");
        var path = epoch["path"].Items(PathMax).Select(step => step.Hash()).ToArray();
        var reached = MerkleTree.RootOf(hash, sequence - head.First, head.Size, path)
            ?? throw epoch["path"].Fault("does not fit the receipt's place in the epoch");

        return reached.AsSpan().SequenceEqual(root.Hash())
            ? head
            : throw root.Fault("is not what the path leads to");
    }

    private static ReceiptProof.OnChain? CheckAnchor(ReceiptField anchor, EpochHead? epoch)
    {
        if (anchor.IsNull)
        {
            return null;
        }

        var memo = anchor["memo"];

        return epoch is not null && memo.Text() == epoch.Memo
            ? new(
                anchor["state"].Text(),
                anchor["genesis"].Text(),
                anchor["signer"].Text(),
                anchor["transaction"].Text(),
                epoch.Memo)
            : throw memo.Fault("does not name the epoch");
    }

    private void CheckSeal(ReceiptField proof, Dictionary<string, string> members)
    {
        var parts = ReceiptFile.Members(proof.Value);
        parts.Remove(ReceiptFile.Seal);
        members[ReceiptFile.Proof] = CanonicalJson.Write(parts);
        CheckSigned(proof[ReceiptFile.Seal], SignedText.ReceiptFile(CanonicalJson.Write(members)), "the whole file");
    }
}
