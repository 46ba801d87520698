namespace Taper.Cluster.Tests;

/// <summary>Failures are told in one line.</summary>
public sealed class FailureTextTests
{
    [Theory]
    [InlineData("The silo is gone.", "The silo is gone.")]
    [InlineData("Cannot connect.\r\n   at Orleans.Somewhere", "Cannot connect.")]
    [InlineData("Cannot connect. ---> Error: refused    at Orleans.Somewhere", "Cannot connect. ---> Error: refused")]
    [InlineData("Unable to connect to S127.0.0.1:1:0. See InnerException", "Unable to connect to S127.0.0.1:1:0.")]
    public void Only_what_comes_before_a_stack_trace_is_told(string message, string expected) =>
        Assert.Equal(expected, FailureText.Of(new InvalidOperationException(message)));

    [Fact]
    public void A_long_one_is_cut() => Assert.Equal(161, FailureText.Of(new InvalidOperationException(new string('x', 900))).Length);
}
