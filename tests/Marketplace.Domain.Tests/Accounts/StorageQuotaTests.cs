using CsCheck;
using Marketplace.Domain.Accounts;

namespace Marketplace.Domain.Tests.Accounts;

public sealed class StorageQuotaTests
{
    [Fact]
    public void A_told_length_fits_or_not()
    {
        Assert.Equal(40, StorageQuota.Reserve(60, 40, 1_000, 100));
        Assert.Null(StorageQuota.Reserve(60, 41, 1_000, 100));
        Assert.Equal(0, StorageQuota.Reserve(100, 0, 1_000, 100));
    }

    [Fact]
    public void A_length_that_is_not_told_gets_what_is_left_up_to_the_largest_file()
    {
        Assert.Equal(40, StorageQuota.Reserve(60, null, 1_000, 100));
        Assert.Equal(10, StorageQuota.Reserve(60, null, 10, 100));
        Assert.Null(StorageQuota.Reserve(100, null, 10, 100));
        Assert.Null(StorageQuota.Reserve(200, null, 10, 100));
    }

    [Fact]
    public void Whatever_is_set_aside_stays_within_the_quota() =>
        Gen.Select(Gen.Long[0, 200], Gen.Long[0, 200], Gen.Bool, Gen.Long[0, 200]).Sample((used, bytes, told, quota) =>
            Assert.True(
                StorageQuota.Reserve(used, told ? bytes : null, 50, quota) is not { } reserved
                || reserved == 0
                || used + reserved <= quota));
}
