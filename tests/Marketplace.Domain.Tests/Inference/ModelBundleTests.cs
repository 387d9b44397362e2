using System.Text;
using CsCheck;
using Marketplace.Domain.Inference;

namespace Marketplace.Domain.Tests.Inference;

public sealed class ModelBundleTests
{
    private static readonly Gen<BundledFile> File = Gen.Select(
        Gen.Char["abcXYZ019"],
        Gen.String[Gen.Char["abcXYZ019._-"], 0, 12],
        Gen.Byte.Array[32],
        Gen.Long[0, 1L << 40],
        (first, rest, hash, bytes) => new BundledFile($"{first}{rest}", Convert.ToHexStringLower(hash), bytes));

    private static readonly Gen<BundledFile[]> Files = File.Array[1, 8]
        .Select(files => files.DistinctBy(file => file.Path, StringComparer.OrdinalIgnoreCase).ToArray());

    [Fact]
    public void A_list_reads_back_and_has_one_hash_whatever_the_order_of_its_files() => Files.Sample(files =>
    {
        var bundle = ModelBundle.Of(files);

        Assert.Equal(bundle, ModelBundle.Read(bundle.Write()));
        Assert.Equal(bundle.Sha256(), ModelBundle.Of(files.Reverse()).Sha256());
        Assert.True(ModelBundle.IsHead(bundle.Write()));
        Assert.Equal(files.Sum(file => file.Bytes), bundle.Bytes);
    });

    [Fact]
    public void Every_field_of_every_file_counts()
    {
        BundledFile[] files = [new("a.json", new('a', 64), 1), new("b.bin", new('b', 64), 2)];
        ModelBundle[] bundles =
        [
            ModelBundle.Of(files),
            ModelBundle.Of([files[0]]),
            ModelBundle.Of([files[0], files[1] with { Path = "c.bin" }]),
            ModelBundle.Of([files[0], files[1] with { Sha256 = new('c', 64) }]),
            ModelBundle.Of([files[0], files[1] with { Bytes = 3 }]),
        ];

        Assert.Equal(bundles.Length, bundles.Select(bundle => bundle.Sha256()).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void The_longest_list_is_within_its_limit()
    {
        var files = Enumerable.Range(0, ModelBundle.FilesMax).Select(at => new BundledFile(
            $"{at:00}".PadRight(ModelBundle.NameLengthMax, 'x'), new('f', 64), long.MaxValue >> 10));

        Assert.InRange(ModelBundle.Of(files).Write().Length, 1, ModelBundle.ListBytesMax);
    }

    [Theory]
    [InlineData("../config.json")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("")]
    [InlineData("white space")]
    [InlineData("c:config.json")]
    public void A_name_that_could_lead_elsewhere_is_refused_with_what_is_allowed(string name)
    {
        Assert.Contains("letters, digits", ModelBundle.WhyBadName(name), StringComparison.Ordinal);
        Assert.Contains("files[0].path", Refused(ModelBundle.Of([new(name, new('a', 64), 1)])), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"files":[],"version":"marketplace-model-files-v1"}""", "0 files")]
    [InlineData("""{"files":3}""", "no files")]
    [InlineData("""{"files":[{"path":"a"}]}""", "files[0]")]
    [InlineData("""{"files":[{"bytes":1,"path":"a","sha256":"AB"}]}""", "64 lower-case hex")]
    [InlineData("""{"files":[{""", "no JSON")]
    public void What_is_no_list_is_refused_with_the_place(string list, string says) => Assert.Contains(
        says,
        Assert.Throws<FormatException>(() => ModelBundle.Read(Encoding.UTF8.GetBytes(list))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_list_in_another_form_or_with_a_name_twice_is_refused()
    {
        var bundle = ModelBundle.Of([new("a.json", new('a', 64), 1)]);
        byte[] spaced = [.. bundle.Write(), (byte)' '];

        Assert.Contains(
            "canonical", Assert.Throws<FormatException>(() => ModelBundle.Read(spaced)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "twice",
            Refused(ModelBundle.Of([new("a.json", new('a', 64), 1), new("A.json", new('b', 64), 1)])),
            StringComparison.Ordinal);
    }

    private static string Refused(ModelBundle bundle) =>
        Assert.Throws<FormatException>(() => ModelBundle.Read(bundle.Write())).Message;
}
