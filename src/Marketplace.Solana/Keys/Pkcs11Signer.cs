using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Marketplace.Solana.Keys;

/// <summary>Signs with an Ed25519 key inside a PKCS#11 token: the key cannot be read, only used.</summary>
public sealed class Pkcs11Signer : ITransactionSigner, IDisposable
{
    /// <summary>CKM_EDDSA of PKCS#11 3.0; the package has no name for it.</summary>
    private const ulong EdDsa = 0x1057;

    /// <summary>A DER octet string of 32 bytes: what tokens put around the public key.</summary>
    private const int PointHeader = 2;

    private const int PinBytesMax = 256;

    private readonly Pkcs11Key _key;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private OpenKey? _open;
    private string? _refusedPin;

    private Pkcs11Signer(Pkcs11Key key)
    {
        _key = key;
        _open = Connect();
        PublicKey = _open.PublicKey;
    }

    public PublicKey PublicKey { get; }

    /// <summary>Logs into the token and finds the key.</summary>
    /// <exception cref="SignerUnavailableException">Says what is missing.</exception>
    public static Pkcs11Signer Open(Pkcs11Key key) => new(key);

    /// <exception cref="SignerUnavailableException">The token is gone, slow or locked; nothing was signed.</exception>
    public async ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);

        try
        {
            // A token that stays away is not waited for by a thread of ours; its session is given up with it.
            var bytes = message.ToArray();
            var open = _open;
            _open = null;
            var signing = Task.Run(() => Sign(open, bytes), CancellationToken.None);

            try
            {
                (_open, var signature) = await signing.WaitAsync(_key.SignMax, cancellationToken);
                return signature;
            }
            catch (Exception problem) when (problem is TimeoutException or OperationCanceledException)
            {
                _ = CloseWhenOver(signing);
                throw;
            }
        }
        catch (TimeoutException problem)
        {
            throw new SignerUnavailableException(
                $"Token '{_key.Token}' did not sign within {_key.SignMax}.", problem);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose()
    {
        _open?.Close();
        _turn.Dispose();
    }

    private static async Task CloseWhenOver(Task<(OpenKey Open, Signature Signature)> signing)
    {
        try
        {
            (await signing).Open.Close();
        }
        catch (SignerUnavailableException)
        {
            // It failed in the end, and has closed its session.
        }
    }

    private (OpenKey Open, Signature Signature) Sign(OpenKey? open, byte[] message)
    {
        // Whatever goes wrong, the next signature begins with a new session: a token that came back is found again.
        open ??= Connect();

        try
        {
            if (open.PublicKey != PublicKey)
            {
                throw new SignerUnavailableException($"Token '{_key.Token}' has another key '{_key.Label}' now.");
            }

            using var mechanism = Pkcs11Module.Factories.MechanismFactory.Create(EdDsa);
            return (open, new Signature(open.Session.Sign(mechanism, open.Private, message)));
        }
        catch (Exception problem)
        {
            open.Close();
            throw problem is Pkcs11Exception or FormatException or ArgumentException
                ? new SignerUnavailableException($"Token '{_key.Token}' cannot sign: {problem.Message}", problem)
                : problem;
        }
    }

    private OpenKey Connect()
    {
        ISession? session = null;

        try
        {
            var slot = Pkcs11Module.Load(_key.Module).GetSlotList(SlotsType.WithTokenPresent)
                .FirstOrDefault(one => one.GetTokenInfo().Label.TrimEnd() == _key.Token)
                ?? throw new SignerUnavailableException($"There is no token '{_key.Token}' in '{_key.Module}'.");
            session = slot.OpenSession(SessionType.ReadOnly);
            Login(session);
            var point = Point(session, Find(session, CKO.CKO_PUBLIC_KEY));
            return new OpenKey(session, Find(session, CKO.CKO_PRIVATE_KEY), point);
        }
        catch (Exception problem) when (problem is Pkcs11Exception or SignerUnavailableException)
        {
            session?.Dispose();
            throw problem is SignerUnavailableException
                ? problem
                : new SignerUnavailableException($"Token '{_key.Token}' cannot be used: {problem.Message}", problem);
        }
    }

    private void Login(ISession session)
    {
        // A wrong PIN is tried once: a few more tries would lock the token.
        if (_refusedPin is not null)
        {
            throw new SignerUnavailableException(_refusedPin);
        }

        var pin = ReadPin();

        try
        {
            session.Login(CKU.CKU_USER, pin);
        }
        catch (Pkcs11Exception problem) when (problem.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Another session of this process has logged in: that counts for all of them.
        }
        catch (Pkcs11Exception problem) when (problem.RV is CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_LOCKED
            or CKR.CKR_PIN_LEN_RANGE or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_EXPIRED)
        {
            _refusedPin =
                $"Token '{_key.Token}' refuses the PIN in '{_key.PinFile}' ({problem.RV}): it is not tried again.";
            throw new SignerUnavailableException(_refusedPin, problem);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pin);
        }
    }

    private byte[] ReadPin()
    {
        var file = new FileInfo(_key.PinFile);

        if (!file.Exists || file.Length is 0 or > PinBytesMax)
        {
            throw new SignerUnavailableException(
                $"PIN file '{_key.PinFile}' must exist and have 1 to {PinBytesMax} bytes.");
        }

        var content = File.ReadAllBytes(_key.PinFile);
        var pin = content.AsSpan().TrimEnd("\r\n"u8).ToArray();
        CryptographicOperations.ZeroMemory(content);
        return pin;
    }

    private IObjectHandle Find(ISession session, CKO kind)
    {
        using var ofKind = Pkcs11Module.Factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, kind);
        using var ofLabel = Pkcs11Module.Factories.ObjectAttributeFactory.Create(CKA.CKA_LABEL, _key.Label);

        return session.FindAllObjects([ofKind, ofLabel]) switch
        {
            [var one] => one,
            var found => throw new SignerUnavailableException(
                $"Token '{_key.Token}' has {found.Count} objects '{_key.Label}' of class {kind}, one is needed."),
        };
    }

    private PublicKey Point(ISession session, IObjectHandle key)
    {
        var point = session.GetAttributeValue(key, [CKA.CKA_EC_POINT])[0].GetValueAsByteArray();
        var bytes = point.Length == PublicKey.Length + PointHeader ? point[PointHeader..] : point;

        return bytes.Length == PublicKey.Length
            ? new PublicKey(bytes)
            : throw new SignerUnavailableException($"Key '{_key.Label}' is no Ed25519 key: {point.Length} bytes.");
    }

    /// <summary>A session that is logged in, and the key in it.</summary>
    private sealed record OpenKey(ISession Session, IObjectHandle Private, PublicKey PublicKey)
    {
        public void Close()
        {
            try
            {
                Session.Dispose();
            }
            catch (Pkcs11Exception)
            {
                // The token is gone, and its session with it.
            }
        }
    }
}
