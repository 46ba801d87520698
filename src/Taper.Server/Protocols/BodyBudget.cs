using Taper.Server.Settings;

namespace Taper.Server.Protocols;

/// <summary>Bounds the memory of all bodies that are held at the same time. Thread-safe.</summary>
internal sealed class BodyBudget(LimitSettings limits)
{
    private long held;

    /// <summary>Takes memory.</summary>
    /// <exception cref="RequestException">429: there is too much taken already.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref held, bytes) > limits.MaxHeldBytes)
        {
            Return(bytes);
            throw RequestException.Busy("The server holds too many large requests; try again in a second.");
        }
    }

    /// <summary>Gives memory back.</summary>
    public void Return(int bytes) => Interlocked.Add(ref held, -bytes);
}
