using System.Security.Cryptography;
using System.Text.Json;
using Marketplace.Cli.CommandLine;
using Marketplace.Domain.Inference;
using Marketplace.Domain.Verification;
using Marketplace.Testing.Verification;

namespace Marketplace.Cli.Tests.Verification;

public sealed class VerifyModelsCommandTests : IDisposable
{
    private static readonly byte[] Weights = [1, 2, 3];

    private readonly SignedReceipts _market = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("marketplace-cli-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_manifest_is_verified_offline()
    {
        var (exitCode, output, error) = await Verify(Manifest("one", "two"));

        Assert.Equal((ExitCodes.Success, ""), (exitCode, error));
        Assert.Contains(": version 2", output, StringComparison.Ordinal);
        Assert.Contains($"one: {Entry("one").ModelId}, F16", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_copy_with_one_byte_changed_is_not_and_the_field_is_named()
    {
        var (exitCode, output, error) = await Verify(
            Manifest("one", "two").Replace("\"two\"", "\"twp\"", StringComparison.Ordinal));

        Assert.Equal((ExitCodes.Broken, ""), (exitCode, output));
        Assert.Contains("proof.signature", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_on_disk_is_one_of_the_models_or_it_is_not()
    {
        var known = Path.Combine(_folder, "known.gguf");
        var other = Path.Combine(_folder, "other.gguf");
        await File.WriteAllBytesAsync(known, Weights, Cancel);
        await File.WriteAllBytesAsync(other, [1, 2, 4], Cancel);
        var manifest = Manifest("one");

        var found = await Verify(manifest, "--model", known);
        var unknown = await Verify(manifest, "--model", other);

        Assert.Equal(ExitCodes.Success, found.ExitCode);
        Assert.Contains("one: ", found.Output, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Broken, ""), (unknown.ExitCode, unknown.Output));
        Assert.Contains("none has the file", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_or_a_bin_on_disk_is_one_of_the_models_by_the_list_of_its_files()
    {
        string[] names = ["config.json", "tokenizer.json", "model.safetensors.index.json", "model-1.safetensors"];

        foreach (var name in names)
        {
            await File.WriteAllTextAsync(
                Path.Combine(_folder, name), """{"weight_map":{"a":"model-1.safetensors","b":"model-1.safetensors"}}""", Cancel);
        }

        await File.WriteAllTextAsync(Path.Combine(_folder, "README.md"), "no part of it", Cancel);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "small.bin"), [.. new byte[20], 0, 2, 0, 0], Cancel);
        await File.WriteAllBytesAsync(Path.Combine(_folder, "tok512.bin"), [1], Cancel);
        await File.WriteAllBytesAsync(
            Path.Combine(_folder, "later.bin"), [0x32, 0x34, 0x6B, 0x61, .. new byte[24], 0, 2, 0, 0], Cancel);
        var manifest = ModelManifestFile.Write(
            new(
                3,
                [
                    Bundled("folder", names),
                    Bundled("bin", "small.bin", "tok512.bin"),
                    Bundled("later", "later.bin", "tok512.bin"),
                ]),
            _market.Sign);

        var folder = await Verify(manifest, "--model", _folder);
        var bin = await Verify(manifest, "--model", Path.Combine(_folder, "small.bin"));
        var later = await Verify(manifest, "--model", Path.Combine(_folder, "later.bin"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "generation_config.json"), "{}", Cancel);
        var before = await Verify(manifest, "--model", _folder);
        var with = await Verify(
            ModelManifestFile.Write(new(1, [Bundled("all", [.. names, "generation_config.json"])]), _market.Sign),
            "--model",
            _folder);
        await File.WriteAllTextAsync(Path.Combine(_folder, "tokenizer_config.json"), "{}", Cancel);
        var other = await Verify(manifest, "--model", _folder);

        Assert.Equal((ExitCodes.Success, ""), (folder.ExitCode, folder.Error));
        Assert.Contains("folder: ", folder.Output, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Success, ""), (bin.ExitCode, bin.Error));
        Assert.Contains("bin: ", bin.Output, StringComparison.Ordinal);
        Assert.Contains("later: ", later.Output, StringComparison.Ordinal);
        Assert.Contains("folder: ", before.Output, StringComparison.Ordinal);
        Assert.Contains("all: ", with.Output, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Broken, ""), (other.ExitCode, other.Output));
    }

    [Theory]
    [InlineData(ExitCodes.Success, "version 3", "one", "two")]
    [InlineData(ExitCodes.Broken, "entries[1]: two is not what", "one", "moved")]
    [InlineData(ExitCodes.Broken, "version 3 is below 4", "one", "two", "three", "four")]
    public async Task An_older_copy_must_be_the_beginning(int exitCode, string says, params string[] older)
    {
        var before = Path.Combine(_folder, "before.json");
        await File.WriteAllTextAsync(before, Manifest(older), Cancel);

        var (code, output, error) = await Verify(Manifest("one", "two", "three"), "--before", before);

        Assert.Equal(exitCode, code);
        Assert.Contains(says, output + error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_model_is_one_line_that_names_the_option()
    {
        var (exitCode, _, error) = await Verify(Manifest("one"), "--model", "/no/such.gguf");

        Assert.Equal(ExitCodes.Input, exitCode);
        Assert.Single(error.TrimEnd().Split('\n'));
        Assert.Contains("--model", error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _market.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static ModelEntry Entry(string name) => new(
        name,
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name))),
        Convert.ToHexStringLower(SHA256.HashData(Weights)),
        Weights.Length,
        "F16",
        "llama",
        512,
        DateTimeOffset.UnixEpoch);

    private ModelEntry Bundled(string name, params string[] files) => Entry(name) with
    {
        Sha256 = ModelBundle.Of(files.Select(file => File.ReadAllBytes(Path.Combine(_folder, file)) is var bytes
            ? new BundledFile(file, Convert.ToHexStringLower(SHA256.HashData(bytes)), bytes.Length)
            : throw new FileNotFoundException(file))).Sha256(),
    };

    private string Manifest(params string[] names) =>
        ModelManifestFile.Write(new(names.Length, [.. names.Select(Entry)]), _market.Sign);

    private async Task<(int ExitCode, string Output, string Error)> Verify(string manifest, params string[] more)
    {
        var (file, keys) = (Path.Combine(_folder, "models.json"), Path.Combine(_folder, "keys.json"));
        await File.WriteAllTextAsync(file, manifest, Cancel);
        await File.WriteAllTextAsync(keys, JsonSerializer.Serialize(_market.Keys, JsonSerializerOptions.Web), Cancel);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exitCode = await MarketplaceCommandLine.Run(
            ["models", "verify", file, "--keys", keys, .. more], output, error);

        return (exitCode, output.ToString(), error.ToString());
    }
}
