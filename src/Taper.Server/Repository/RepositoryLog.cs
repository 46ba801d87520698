namespace Taper.Server.Repository;

/// <summary>What the repository logs.</summary>
internal static partial class RepositoryLog
{
    [LoggerMessage(1, LogLevel.Information, "Model {Model}: version {Version} is loaded and answers, after {Seconds:0.00} s.")]
    public static partial void Loaded(ILogger log, string model, long version, double seconds);

    [LoggerMessage(2, LogLevel.Error, "Model {Model}: version {Version} is refused: {Reason}")]
    public static partial void Refused(ILogger log, string model, long version, string reason);

    [LoggerMessage(3, LogLevel.Information, "Model {Model}: version {Version} takes no more requests.")]
    public static partial void Retired(ILogger log, string model, long version);

    [LoggerMessage(4, LogLevel.Warning, "The models' folder cannot be read, what is loaded goes on: {Reason}")]
    public static partial void Unreadable(ILogger log, string reason);
}
