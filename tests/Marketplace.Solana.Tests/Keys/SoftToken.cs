using System.Diagnostics;
using System.Runtime.InteropServices;
using Marketplace.Solana.Keys;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Marketplace.Solana.Tests.Keys;

/// <summary>A SoftHSM token in a folder of its own, with one Ed25519 key that cannot be read.</summary>
public sealed class SoftToken : IDisposable
{
    public const string KeyLabel = "treasury";

    private const string Pin = "1234567";
    private const string Name = "market";
    private const ulong MakeEdwardsPair = 0x1055;

    private static readonly string[] Modules =
    [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    ];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("softhsm-");

    public SoftToken()
    {
        if (WhyUnavailable is not null)
        {
            return;
        }

        var tokens = _folder.CreateSubdirectory("tokens");
        var config = Path.Combine(_folder.FullName, "softhsm2.conf");
        File.WriteAllText(config, $"directories.tokendir = {tokens.FullName}\nobjectstore.backend = file\nlog.level = ERROR\n");

        // The library reads the C environment, which the managed one does not write to.
        _ = SetEnvironment("SOFTHSM2_CONF", config, 1);
        Environment.SetEnvironmentVariable("SOFTHSM2_CONF", config);
        Run("--init-token", "--free", "--label", Name, "--so-pin", "7654321", "--pin", Pin);
        File.WriteAllText(PinFile, $"{Pin}\n");
        MakeKey();
    }

    public static string? WhyUnavailable => Module is null ? "SoftHSM is not installed (package softhsm2)." : null;

    public string PinFile => Path.Combine(_folder.FullName, "pin");

    public Pkcs11Key Key => new() { Module = Module!, Token = Name, Label = KeyLabel, PinFile = PinFile };

    private static string? Module => Modules.FirstOrDefault(File.Exists);

    /// <summary>A PIN file with another content beside the real one.</summary>
    public string OtherPinFile(string content)
    {
        var file = Path.Combine(_folder.FullName, $"pin-{Guid.NewGuid():n}");
        File.WriteAllText(file, content);
        return file;
    }

    /// <summary>What the token says about its private key.</summary>
    public static (bool Sensitive, bool Extractable, bool CanBeRead) Inspect()
    {
        using var session = Session();
        using var kind = Pkcs11Module.Factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, CKO.CKO_PRIVATE_KEY);
        var key = session.FindAllObjects([kind])[0];
        var flags = session.GetAttributeValue(key, [CKA.CKA_SENSITIVE, CKA.CKA_EXTRACTABLE]);
        var value = session.GetAttributeValue(key, [CKA.CKA_VALUE])[0];
        return (flags[0].GetValueAsBool(), flags[1].GetValueAsBool(), !value.CannotBeRead);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static void Run(params string[] arguments)
    {
        using var tool = Process.Start(new ProcessStartInfo("softhsm2-util", arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        tool.WaitForExit();
        Assert.Equal(0, tool.ExitCode);
    }

    private static ISession Session()
    {
        var slot = Pkcs11Module.Load(Module!).GetSlotList(SlotsType.WithTokenPresent)
            .First(one => one.GetTokenInfo().Label.TrimEnd() == Name);
        var session = slot.OpenSession(SessionType.ReadWrite);

        try
        {
            session.Login(CKU.CKU_USER, Pin);
        }
        catch (Pkcs11Exception problem) when (problem.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Logged in by a signer of this process.
        }

        return session;
    }

    private static void MakeKey()
    {
        using var session = Session();
        var attributes = Pkcs11Module.Factories.ObjectAttributeFactory;
        var name = "edwards25519"u8;
        byte[] curve = [0x13, (byte)name.Length, .. name];
        using var mechanism = Pkcs11Module.Factories.MechanismFactory.Create(MakeEdwardsPair);
        session.GenerateKeyPair(
            mechanism,
            [
                attributes.Create(CKA.CKA_TOKEN, true),
                attributes.Create(CKA.CKA_VERIFY, true),
                attributes.Create(CKA.CKA_LABEL, KeyLabel),
                attributes.Create(CKA.CKA_EC_PARAMS, curve),
            ],
            [
                attributes.Create(CKA.CKA_TOKEN, true),
                attributes.Create(CKA.CKA_PRIVATE, true),
                attributes.Create(CKA.CKA_SENSITIVE, true),
                attributes.Create(CKA.CKA_EXTRACTABLE, false),
                attributes.Create(CKA.CKA_SIGN, true),
                attributes.Create(CKA.CKA_LABEL, KeyLabel),
            ],
            out _,
            out _);
    }

    [DllImport("libc", EntryPoint = "setenv", CharSet = CharSet.Ansi)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment(string name, string value, int overwrite);
}
