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
        ClusterAddress address = ClusterAddress.Parse(text);
        Assert.Equal(redis, address.Redis);
        Assert.Equal(name, address.Name);
        Assert.Null(address.Front);
        Assert.Equal(address, ClusterAddress.Parse(address.ToString()));
    }

    [Fact]
    public void A_local_cluster_is_named_by_its_port()
    {
        ClusterAddress address = ClusterAddress.Parse("local://localhost:7000");
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 7000), address.Front);
        Assert.Null(address.Redis);
        Assert.Equal("local://localhost:7000", address.ToString());
        Assert.Equal(ClusterAddress.OfFront(new IPEndPoint(IPAddress.Loopback, 7000)), address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:6379")]
    [InlineData("redis:")]
    [InlineData("redis:///name")]
    [InlineData("http://host:6379/name")]
    [InlineData("redis://host:99999/name")]
    [InlineData("redis://user:secret@host/name")]
    [InlineData("redis://host/name?ssl=true")]
    [InlineData("local://localhost")]
    [InlineData("local://elsewhere:7000")]
    public void Anything_else_is_refused(string text) =>
        Assert.Contains("redis://host:6379/name", Assert.Throws<FormatException>(() => ClusterAddress.Parse(text)).Message, StringComparison.Ordinal);
}
