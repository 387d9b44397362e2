using System.Text;
using System.Text.Json;
using CsCheck;
using Marketplace.Domain.Verification;
using Marketplace.Testing.Verification;

namespace Marketplace.Domain.Tests.Verification;

public sealed class ReceiptCheckTests : IDisposable
{
    private readonly SignedReceipts _receipts = new();

    private ReceiptCheck Check => new(_receipts.Keys, SignedReceipts.Verify);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(5, 3)]
    [InlineData(64, 63)]
    public void A_receipt_holds_wherever_it_is_in_its_epoch(int size, int index)
    {
        var holds = Assert.IsType<ReceiptVerdict.Holds>(Check.Verify(_receipts.File(size, index)));

        Assert.Equal("job_test", holds.Work);
        Assert.Equal("0.000086", holds.Charge);
        Assert.Equal((1, 0), (holds.ResultsSigned, holds.ResultsUnsigned));
        Assert.Equal(size, holds.Epoch?.Size);
        Assert.Equal(holds.Epoch?.Memo, holds.Anchor?.Memo);
    }

    [Fact]
    public void A_receipt_of_an_old_agent_and_an_open_epoch_holds_and_says_so()
    {
        var holds = Assert.IsType<ReceiptVerdict.Holds>(Check.Verify(_receipts.File(isSigned: false, isClosed: false)));

        Assert.Equal((0, 1), (holds.ResultsSigned, holds.ResultsUnsigned));
        Assert.Null(holds.Epoch);
        Assert.Null(holds.Anchor);
    }

    [Fact]
    public void A_receipt_tells_what_the_device_committed_to_and_nothing_else()
    {
        var (root, other) = (new string('a', 64), new string('b', 64));

        Assert.IsType<ReceiptVerdict.Holds>(Check.Verify(_receipts.File(root: root)));
        var broken = Assert.IsType<ReceiptVerdict.Broken>(Check.Verify(_receipts.File(root: root, told: other)));
        Assert.Equal("audit.root", broken.Field);

        // Signed by the marketplace and the device, each over another root.
        var swapped = _receipts.File(root: root).Replace(root, other, StringComparison.Ordinal);
        Assert.IsType<ReceiptVerdict.Broken>(Check.Verify(swapped));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Any_changed_byte_breaks_it(string? root)
    {
        var file = Encoding.UTF8.GetBytes(_receipts.File(root: root));
        var check = Check;

        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte[1, 255]).Sample(
            (at, change) =>
            {
                byte[] changed = [.. file];
                changed[at] ^= change;
                Assert.IsType<ReceiptVerdict.Broken>(check.Verify(Encoding.UTF8.GetString(changed)));
            },
            iter: 2_000);
    }

    [Fact]
    public void A_receipt_without_a_commitment_has_the_members_that_it_always_had()
    {
        var file = _receipts.File();

        Assert.DoesNotContain("\"logits\"", file, StringComparison.Ordinal);
        Assert.DoesNotContain("\"audit\"", file, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_single_letter_counts()
    {
        var file = _receipts.File();
        var check = Check;

        for (var at = 0; at < file.Length; at++)
        {
            var changed = file[..at] + (char)(file[at] ^ 1) + file[(at + 1)..];
            Assert.IsType<ReceiptVerdict.Broken>(check.Verify(changed));
        }
    }

    [Theory]
    [InlineData("\"charge\":\"0.000086\"", "\"charge\":\"0.000087\"", "proof.marketplace.signature")]
    [InlineData("\"sequence\":14", "\"sequence\":13", "proof.chain.hash")]
    [InlineData("\"first\":11", "\"first\":12", "proof.epoch.signature")]
    [InlineData("\"state\":\"final\"", "\"state\":\"fina!\"", "proof.seal.signature")]
    [InlineData("mkt-epoch-v1:3:", "mkt-epoch-v1:4:", "proof.anchor.memo")]
    [InlineData("\"version\":1", "\"version\":2", "version")]
    [InlineData("\"version\":1", "\"version\": 1", "file")]
    [InlineData("\"seal\":", "\"sealed\":", "proof.seal")]
    public void The_message_names_what_is_wrong(string there, string changed, string field)
    {
        var file = _receipts.File();
        Assert.Contains(there, file, StringComparison.Ordinal);
        var broken = Assert.IsType<ReceiptVerdict.Broken>(
            Check.Verify(file.Replace(there, changed, StringComparison.Ordinal)));

        Assert.Equal(field, broken.Field);
    }

    [Fact]
    public void A_device_that_signed_something_else_is_found_even_when_the_marketplace_signed_it()
    {
        var broken = Assert.IsType<ReceiptVerdict.Broken>(Check.Verify(_receipts.File(pretended: new string('0', 64))));

        Assert.Equal("results[0].signature", broken.Field);
    }

    [Theory]
    [InlineData(true, true, null)]
    [InlineData(true, false, "results[0].signature")]
    [InlineData(false, true, "results[0].signature")]
    public void The_root_of_a_units_leaves_is_part_of_what_its_device_signed(bool signed, bool told, string? broken)
    {
        var root = new string('a', 64);

        var verdict = Check.Verify(_receipts.File(leaves: (signed ? root : null, told ? root : null)));

        Assert.Equal(broken, (verdict as ReceiptVerdict.Broken)?.Field);
    }

    [Fact]
    public void Another_marketplace_s_keys_are_no_help()
    {
        var other = new ReceiptCheck(new([], []), SignedReceipts.Verify);

        Assert.Equal(
            "proof.marketplace.key", Assert.IsType<ReceiptVerdict.Broken>(other.Verify(_receipts.File())).Field);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("{}")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"proof":1,"version":1}""")]
    [InlineData("""{"proof":{"marketplace":{"key":1}},"version":1}""")]
    public void Hostile_files_are_broken_files(string file) =>
        Assert.IsType<ReceiptVerdict.Broken>(Check.Verify(file));

    [Fact]
    public void Keys_are_read_as_they_are_published_and_must_fit_their_ids()
    {
        var json = JsonSerializer.Serialize(_receipts.Keys, JsonSerializerOptions.Web);
        var id = _receipts.Keys.Keys[0].Id;

        Assert.NotNull(ReceiptKeys.Parse(json).Find(id));
        Assert.Throws<FormatException>(() => ReceiptKeys.Parse(json.Replace(id, "0123456789abcdef", StringComparison.Ordinal)));
        Assert.Throws<FormatException>(() => ReceiptKeys.Parse("{}"));
    }

    public void Dispose() => _receipts.Dispose();
}
