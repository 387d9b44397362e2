using System.Text;

namespace Marketplace.Cli.Verification;

/// <summary>Files whose every byte counts.</summary>
internal static class SignedFile
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>
    /// The text of a file. Bytes that are no UTF-8 become a text that no check accepts, so that they show as a broken
    /// file.
    /// </summary>
    /// <exception cref="CliFault">It cannot be read, or is too long; the message names the option.</exception>
    public static string Read(string option, string path, int bytesMax)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: var length } && length > bytesMax)
            {
                throw new CliFault(ExitCodes.Input, $"{option}: '{path}' has {length} bytes, at most {bytesMax}");
            }

            return StrictUtf8.GetString(File.ReadAllBytes(path));
        }
        catch (DecoderFallbackException)
        {
            return "\uFFFD";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CliFault(ExitCodes.Input, $"{option}: {fault.Message}", fault);
        }
    }
}
