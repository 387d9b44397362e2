namespace Marketplace.Ledger.Tests;

public sealed class ScriptTests
{
    [Fact]
    public void Both_engines_have_scripts_of_the_same_names()
    {
        var sqlite = LedgerScripts.Read(LedgerScripts.SqlitePrefix).Select(script => script.Key).ToArray();
        var postgres = LedgerScripts.Read(LedgerScripts.PostgreSqlPrefix).Select(script => script.Key).ToArray();

        Assert.Equal(sqlite, postgres);
        Assert.Equal("0001_book.sql", sqlite[0]);
    }

    [Fact]
    public void Every_table_of_SQLite_refuses_values_of_another_type()
    {
        foreach (var script in LedgerScripts.Read(LedgerScripts.SqlitePrefix))
        {
            var tables = script.Value.Split("CREATE TABLE").Length - 1;
            var strict = script.Value.Split(") STRICT").Length - 1;

            Assert.Equal(tables, strict);
        }
    }
}
