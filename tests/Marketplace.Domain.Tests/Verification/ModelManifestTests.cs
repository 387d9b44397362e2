using System.Text;
using CsCheck;
using Marketplace.Domain.Verification;
using Marketplace.Testing.Verification;

namespace Marketplace.Domain.Tests.Verification;

public sealed class ModelManifestTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly SignedReceipts _market = new();

    private ModelManifestCheck Check => new(_market.Keys, SignedReceipts.Verify);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_signed_is_what_is_read(int models)
    {
        var holds = Assert.IsType<ModelManifestVerdict.Holds>(Check.Verify(File(models)));

        Assert.Equal(models, holds.Manifest.Version);
        Assert.Equal(Entries(models), holds.Manifest.Entries);
    }

    [Fact]
    public void Signed_again_it_is_the_same_bytes() => Assert.Equal(File(3), File(3));

    [Fact]
    public void Any_changed_byte_breaks_it()
    {
        var file = Encoding.UTF8.GetBytes(File(3));
        var check = Check;

        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, change) =>
            {
                byte[] changed = [.. file];
                changed[at] ^= change;
                Assert.IsType<ModelManifestVerdict.Broken>(check.Verify(Encoding.UTF8.GetString(changed)));
            },
            iter: 2_000);
    }

    [Fact]
    public void Every_single_letter_counts()
    {
        var file = File(2);
        var check = Check;

        for (var at = 0; at < file.Length; at++)
        {
            var changed = file[..at] + (char)(file[at] ^ 1) + file[(at + 1)..];
            Assert.IsType<ModelManifestVerdict.Broken>(check.Verify(changed));
        }
    }

    [Theory]
    [InlineData("\"name\":\"model-1\"", "\"name\":\"model-2\"", "proof.signature")]
    [InlineData("\"version\":3", "\"version\":4", "proof.signature")]
    [InlineData("\"version\":3", "\"version\": 3", "file")]
    [InlineData("\"proof\":{", "\"proof\":{\"a\":1,", "proof")]
    [InlineData("\"key\":\"", "\"key\":\"0", "proof.key")]
    [InlineData("\"proof\":", "\"prove\":", "proof")]
    public void The_message_names_what_is_wrong(string there, string changed, string field)
    {
        var file = File(3);
        Assert.Contains(there, file, StringComparison.Ordinal);

        var broken = Assert.IsType<ModelManifestVerdict.Broken>(
            Check.Verify(file.Replace(there, changed, StringComparison.Ordinal)));

        Assert.Equal(field, broken.Field);
    }

    [Fact]
    public void A_signature_for_another_purpose_signs_no_manifest()
    {
        var file = ModelManifestFile.Write(
            new(1, Entries(1)), text => _market.Sign(SignedText.Receipt(Encoding.UTF8.GetString(text).Split('\n')[1])));

        Assert.Equal("proof.signature", Assert.IsType<ModelManifestVerdict.Broken>(Check.Verify(file)).Field);
    }

    [Fact]
    public void What_was_signed_against_the_rules_is_refused_too()
    {
        ModelManifest other = new(2, Entries(1));
        ModelManifest twice = new(2, [Entries(1)[0], Entries(1)[0]]);
        ModelManifest noId = new(1, [Entries(1)[0] with { ModelId = "model" }]);

        Assert.Equal("version", Broken(other).Field);
        Assert.Contains("model-0 twice", Broken(twice).Why, StringComparison.Ordinal);
        Assert.Equal("entries[0].modelId", Broken(noId).Field);
    }

    [Fact]
    public void A_longer_file_than_any_manifest_is_not_read() => Assert.Equal(
        "file",
        Assert.IsType<ModelManifestVerdict.Broken>(
            Check.Verify(new(' ', ModelManifestCheck.LengthMax + 1))).Field);

    [Fact]
    public void The_longest_manifest_is_read()
    {
        var entry = Entries(1)[0] with
        {
            Bytes = (1L << 53) - 1,
            ContextLength = int.MaxValue,
            Architecture = "mistral",
            Weights = "BF16",
        };
        ModelEntry[] entries =
        [
            .. Enumerable.Range(0, ModelManifest.EntriesMax).Select(at => entry with { Name = $"{at:d64}" }),
        ];

        Assert.IsType<ModelManifestVerdict.Holds>(
            Check.Verify(ModelManifestFile.Write(new(entries.Length, entries), _market.Sign)));
    }

    public void Dispose() => _market.Dispose();

    private static ModelEntry[] Entries(int count) =>
    [
        .. Enumerable.Range(0, count).Select(at => new ModelEntry(
            $"model-{at}", new((char)('a' + at), 64), new((char)('0' + at), 64), 1_000 + at, "F16", "llama", 512, Noon)),
    ];

    private string File(int models) => ModelManifestFile.Write(new(models, Entries(models)), _market.Sign);

    private ModelManifestVerdict.Broken Broken(ModelManifest manifest) => Assert.IsType<ModelManifestVerdict.Broken>(
        Check.Verify(ModelManifestFile.Write(manifest, _market.Sign)));
}
