using Microsoft.Extensions.Logging.Console;
using Taper.Server.Settings;

namespace Taper.Server.Telemetry;

/// <summary>Log lines on stderr.</summary>
internal static class Logs
{
    /// <summary>Sets them up. Requests are not logged one by one: metrics and traces tell of them.</summary>
    public static void AddLogs(this ILoggingBuilder logging, TelemetrySettings settings)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(settings.LogLevel);
        logging.AddFilter("Microsoft", (LogLevel)Math.Max((int)settings.LogLevel, (int)LogLevel.Warning));
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (settings.LogFormat == LogFormat.Json)
        {
            logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "HH:mm:ss ";
            });
        }
    }
}
