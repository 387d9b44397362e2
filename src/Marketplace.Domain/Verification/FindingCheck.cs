using System.Globalization;
using System.Security.Cryptography;

namespace Marketplace.Domain.Verification;

/// <summary>
/// Checks a finding's file with nothing but the marketplace's public keys: its form and signature, that the device's
/// records lead to the root that the device signed, and that the numbers say what is told of them. Whether whoever
/// measured them measured right, the file cannot say: whoever has the model and the prompt can measure again.
/// </summary>
public sealed class FindingCheck(ReceiptKeys keys, SignatureCheck signature)
{
    private const int KeyBytes = 32;
    private const int SignatureBytes = 64;

    /// <summary>What holds, or the first member that does not.</summary>
    public FindingVerdict Verify(string file)
    {
        try
        {
            return Check(file);
        }
        catch (ReceiptFault fault)
        {
            return new FindingVerdict.Broken(fault.Field, fault.Why);
        }
        catch (FormatException fault)
        {
            return new FindingVerdict.Broken("file", fault.Message);
        }
    }

    private FindingVerdict.Holds Check(string file)
    {
        if (file.Length > FindingFile.LengthMax)
        {
            throw new ReceiptFault("file", $"has over {FindingFile.LengthMax} characters");
        }

        var finding = new ReceiptField(CanonicalJson.Parse(file), string.Empty);
        CheckForm(file, finding);
        CheckMarketplace(finding);
        int[] tokens = [.. finding["tokens"].Items(LogitCommitment.RecordsMax).Select(token => (int)token.Whole())];
        var kind = finding["kind"].Text();
        var claims = kind switch
        {
            FindingKind.Text => CheckRecords(finding, tokens),
            FindingKind.Opinion => CheckTold(finding, tokens),
            _ => throw finding["kind"].Fault($"must be {FindingKind.Text} or {FindingKind.Opinion}"),
        };
        var isSigned = finding.Find("result") is { } result && CheckDevice(finding, result);

        return new(
            finding["id"].Text(),
            kind,
            finding["work"].Text(),
            finding["device"].Text(),
            finding["verdict"].Text(),
            finding["cause"].Text(),
            tokens.Length,
            isSigned,
            CheckMeasured(finding, tokens, claims))
        {
            Shown = finding.Find("ordered") is { } ordered ? FindingOrderCheck.Shown(finding, ordered, tokens) : null,
        };
    }

    private static void CheckForm(string file, ReceiptField finding)
    {
        var canonical = CanonicalJson.Write(finding.Value);

        if (file != canonical)
        {
            var same = file.Zip(canonical).TakeWhile(pair => pair.First == pair.Second).Count();
            throw new ReceiptFault("file", $"is not in canonical form at character {same}");
        }

        if (finding["version"].Whole() != Finding.VersionNow)
        {
            throw finding["version"].Fault($"must be {Finding.VersionNow}");
        }
    }

    private void CheckMarketplace(ReceiptField finding)
    {
        var (key, given) = (finding[FindingFile.Proof]["key"], finding[FindingFile.Proof]["signature"]);
        var members = ReceiptFile.Members(finding.Value);
        members.Remove(FindingFile.Proof);
        var publicKey = keys.Find(key.Text()) ?? throw key.Fault("is none of the marketplace's keys");

        if (!signature(publicKey, SignedText.Finding(CanonicalJson.Write(members)), given.Base64(SignatureBytes)))
        {
            throw given.Fault("is not the marketplace's over the finding");
        }
    }

    /// <summary>The device's records, which lead to the root beside them; none where it committed to nothing.</summary>
    private static IReadOnlyList<LogitRecord> CheckRecords(ReceiptField finding, int[] tokens)
    {
        if (finding.Find("commitment") is not { } told)
        {
            return [];
        }

        var commitment = new LogitCommitment(
            told["header"].Hash(), told["records"].Base64Upto(LogitCommitment.RecordsMax * LogitRecord.Bytes));

        if (commitment.WhyMalformed() is { } why)
        {
            throw told["records"].Fault(why);
        }

        if (!told["root"].Hash().AsSpan().SequenceEqual(commitment.Root()))
        {
            throw told["root"].Fault("is not what header and records lead to");
        }

        if (commitment.Read() is not { } records)
        {
            // Records that are none are what such a device is convicted of.
            return finding["cause"].Text() == LogitVerdict.OtherHeader
                ? []
                : throw told["records"].Fault("hold a token below zero");
        }

        return records.Select(record => record.Token).SequenceEqual(tokens)
            ? records
            : throw finding["tokens"].Fault("are not those of the records");
    }

    /// <summary>What the device measured itself, as far as it is compared: the rest is in what it signed.</summary>
    private static IReadOnlyList<LogitRecord> CheckTold(ReceiptField finding, int[] tokens)
    {
        var told = finding["told"];
        var bytes = told.Base64Upto(LogitCommitment.RecordsMax * MeasuredPosition.Bytes);

        if (finding.Find("result") is { } result
            && result["output"].Text() != Convert.ToHexStringLower(SHA256.HashData(bytes)))
        {
            throw result["output"].Fault("is not the hash of what was told");
        }

        return [.. Positions(told, tokens).Select(position => position.Record)];
    }

    private static IReadOnlyList<MeasuredPosition> Positions(ReceiptField told, int[] tokens)
    {
        var positions = MeasuredPosition.Decode(
            told.Base64Upto(LogitCommitment.RecordsMax * MeasuredPosition.Bytes));

        return MeasuredPosition.WhyNonsense(positions, tokens) is { } why ? throw told.Fault(why) : positions!;
    }

    private bool CheckDevice(ReceiptField finding, ReceiptField result)
    {
        var logits = result.Find("logits")?.Text();
        var meter = result["meter"].Members().ToDictionary(
            reading => reading.Key, reading => reading.Value.Whole(), StringComparer.Ordinal);
        var text = SignedText.Result(
            result["attempt"].Text(), finding["work"].Text(), result["output"].Text(), meter, logits);
        var given = result["signature"];

        if (!signature(result["publicKey"].Base64(KeyBytes), text, given.Base64(SignatureBytes)))
        {
            throw given.Fault("is not the device's over this result");
        }

        if (result["attempt"].Text() != finding["attempt"].Text())
        {
            throw result["attempt"].Fault("is not the attempt of the finding");
        }

        if (finding.Find("commitment") is { } commitment && commitment["root"].Text() != logits)
        {
            throw commitment["root"].Fault("is not what the device signed");
        }

        return true;
    }

    private static IReadOnlyList<FindingMeasure> CheckMeasured(
        ReceiptField finding, int[] tokens, IReadOnlyList<LogitRecord> claims)
    {
        var measured = finding["measured"].Items(Finding.MeasuredMax);

        if (measured.Count == 0)
        {
            return [];
        }

        var told = finding["thresholds"];
        var thresholds = new LogitThresholds(Number(told["hard"]), Number(told["soft"]), Number(told["marginSum"]));
        var from = (int)finding["from"].Whole();

        return [.. measured.Select(one => CheckMeasure(one, FindingMeasure.Of(
            one["by"].Text(), claims, Positions(one["positions"], tokens), thresholds, from)))];
    }

    private static FindingMeasure CheckMeasure(ReceiptField told, FindingMeasure found)
    {
        Same(told, "cause", told.Find("cause")?.Text(), found.Cause);
        Same(told, "first", told.Find("first")?.Whole(), found.First);
        Same(told, "beyond", told["beyond"].Whole(), found.Beyond);
        Same(told, "softCount", told["softCount"].Whole(), found.SoftCount);
        Same(told, "driftMax", told["driftMax"].Text(), found.DriftMax);
        Same(told, "marginSum", told["marginSum"].Text(), found.MarginSum);
        return found;
    }

    private static void Same<TValue>(ReceiptField measure, string name, TValue told, TValue found)
    {
        if (!EqualityComparer<TValue>.Default.Equals(told, found))
        {
            throw new ReceiptFault($"{measure.Path}.{name}", $"is {Word(told)}, the numbers say {Word(found)}");
        }
    }

    private static string Word<TValue>(TValue value) =>
        value is null ? "nothing" : string.Create(CultureInfo.InvariantCulture, $"{value}");

    private static double Number(ReceiptField told) =>
        double.TryParse(told.Text(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            && FindingThresholds.Write(number) == told.Text()
                ? number
                : throw told.Fault("must be a number in its shortest form");
}
