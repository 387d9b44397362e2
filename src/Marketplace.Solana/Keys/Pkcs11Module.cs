using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Marketplace.Solana.Keys;

/// <summary>
/// Loads PKCS#11 libraries, each once in a process and for its whole life: ending one would end it for all its users.
/// </summary>
internal static class Pkcs11Module
{
    private static readonly ConcurrentDictionary<string, Lazy<IPkcs11Library>> Loaded = new(StringComparer.Ordinal);

    /// <summary>The package loads <c>libdl</c> by a name that only development packages bring.</summary>
    static Pkcs11Module() => NativeLibrary.SetDllImportResolver(typeof(Pkcs11InteropFactories).Assembly, Resolve);

    public static Pkcs11InteropFactories Factories { get; } = new();

    /// <exception cref="SignerUnavailableException">The library is missing or does not start.</exception>
    public static IPkcs11Library Load(string path)
    {
        try
        {
            return Loaded.GetOrAdd(path, Start).Value;
        }
        catch (Exception problem) when (problem is Pkcs11Exception or UnmanagedException or DllNotFoundException)
        {
            Loaded.TryRemove(path, out _);
            throw new SignerUnavailableException(
                $"PKCS#11 library '{path}' cannot be loaded: {problem.Message}", problem);
        }
    }

    private static Lazy<IPkcs11Library> Start(string path) => new(
        () => Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, path, AppType.MultiThreaded));

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? search) =>
        name == "libdl" && NativeLibrary.TryLoad("libdl.so.2", out var library) ? library : IntPtr.Zero;
}
