using System.Security.Cryptography;
using System.Text;
using Marketplace.Domain.Accounts;
using Marketplace.Domain.Devices;

namespace Marketplace.Domain.Inference;

/// <summary>
/// Under what name a device knows whose a text is: the same for all texts of an account on that device, so that it
/// reads a common beginning once and shares its time fairly; another one on each device, and none that says who it is.
/// Account ids are random, so nobody finds one by trying.
/// </summary>
public static class TenantLabel
{
    private const int Bytes = 16;

    /// <summary>32 hexadecimal digits.</summary>
    public static string Of(AccountId account, DeviceId device) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"tenant\n{account.Value}\n{device.Value}")).AsSpan(0, Bytes));
}
