using System.Net;

namespace Taper.Cluster.Tests;

public sealed class ClusterAddressTests
{
    [Theory]
    [InlineData("redis://host:7000/mine", "host:7000", "mine")]
    [InlineData("redis://host:7000", "host:7000", "taper")]
    [InlineData("redis://host", "host:6379", "taper")]
    [InlineData("redis://10.0.0.1/mine/", "10.0.0.1:6379", "mine")]
    [InlineData("redis://[::1]:7000/mine", "[::1]:7000", "mine")]
    public void Redis_is_named_by_host_port_and_cluster(string text, string redis, string name)
    {
        var address = ClusterAddress.Parse(text);
        Assert.Equal($"redis://{redis}/{name}", address.ToString());
        Assert.Equal(name, address.Name);
        Assert.Null(address.Front);
        Assert.Single(address.Redis!.EndPoints);
        Assert.False(address.Redis.Ssl);
    }

    [Theory]
    [InlineData("rediss://me:s%3Acret@host/mine", "rediss://host:6379/mine", "me", "s:cret")]
    [InlineData("redis://:secret@host", "redis://host:6379/taper", null, "secret")]
    public void Users_and_passwords_are_read_and_not_told(string text, string told, string? user, string password)
    {
        var address = ClusterAddress.Parse(text);
        Assert.Equal(told, address.ToString());
        Assert.Equal((user, password), (address.Redis!.User, address.Redis.Password));
        Assert.Equal(text.StartsWith("rediss", StringComparison.Ordinal), address.Redis.Ssl);
    }

    [Fact]
    public void PostgreSQL_is_named_by_database_and_cluster()
    {
        var address = ClusterAddress.Parse("postgres://me:secret@host/clusters/mine");
        Assert.Equal("postgres://host:5432/clusters/mine", address.ToString());
        Assert.Equal("mine", address.Name);
        Assert.Equal("Host=host;Port=5432;Database=clusters;Username=me;Password=secret", address.Postgres);
    }

    [Fact]
    public void A_local_cluster_is_named_by_its_port()
    {
        var address = ClusterAddress.Parse("local://localhost:7000");
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 7000), address.Front);
        Assert.Null(address.Redis);
        Assert.Equal("local://localhost:7000", address.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:6379")]
    [InlineData("redis:")]
    [InlineData("redis:///name")]
    [InlineData("http://host:6379/name")]
    [InlineData("redis://host:99999/name")]
    [InlineData("postgres://host")]
    [InlineData("postgres://host/database/name/more")]
    [InlineData("local://localhost:7000/name")]
    [InlineData("redis://host/name?ssl=true")]
    [InlineData("local://localhost")]
    [InlineData("local://elsewhere:7000")]
    public void Anything_else_is_refused(string text) =>
        Assert.Contains("redis://host:6379/name", Assert.Throws<FormatException>(() => ClusterAddress.Parse(text)).Message, StringComparison.Ordinal);
}
